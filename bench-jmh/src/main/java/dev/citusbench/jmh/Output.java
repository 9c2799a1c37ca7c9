package dev.citusbench.jmh;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.format.OutputFormat;

/**
 * JMH's output as it is, which can end the run: JMH itself would start one fork after the other,
 * and print the stack trace of each, where the process is ending or the cluster is gone. Of a fork
 * that starts and of one that fails, JMH tells in its text only.
 */
final class Output implements OutputFormat {
  private static final List<String> FORK_STARTS = List.of("# Fork: ", "# Warmup Fork: ");
  private static final List<String> FORK_FAILED = List.of("<failure", "<forked VM failed ");

  private final OutputFormat jmh;
  private final Consumer<String> afterFailure;
  private final Consumer<RunResult> afterResult;
  private final List<RunResult> measured = new ArrayList<>();
  private volatile @Nullable BenchmarkParams running;
  private volatile boolean failed;
  private volatile boolean ending;

  /**
   * An output of all passes of a run.
   *
   * @param afterFailure is told the operation that failed before the next fork starts; what it
   *     throws ends the run
   * @param afterResult is told each result when it is there
   */
  Output(OutputFormat jmh, Consumer<String> afterFailure, Consumer<RunResult> afterResult) {
    this.jmh = jmh;
    this.afterFailure = afterFailure;
    this.afterResult = afterResult;
  }

  /**
   * From now on nothing is printed, and no fork starts.
   *
   * @return the operation that was being measured; null where none was
   */
  @Nullable String end() {
    jmh.println(""); // JMH is within a line while it iterates
    ending = true;
    BenchmarkParams ended = running;
    return ended == null ? null : OperationName.of(ended.getBenchmark());
  }

  /** What was measured of a pass that did not come to its end. */
  List<RunResult> measured() {
    return List.copyOf(measured);
  }

  @Override
  public void startRun() {
    measured.clear();
    if (!ending) {
      jmh.startRun();
    }
  }

  /**
   * Asks what there is to ask after a failure. JMH has no way to end a run but an exception.
   *
   * @throws CancellationException after {@link #end}
   */
  void checkMayGoOn() {
    BenchmarkParams last = running;
    if (ending) {
      throw new CancellationException(
          last == null
              ? "told to end"
              : "told to end while %s was measured"
                  .formatted(OperationName.of(last.getBenchmark())));
    }
    if (failed && last != null) {
      failed = false;
      afterFailure.accept(OperationName.of(last.getBenchmark()));
    }
  }

  /**
   * Called before each benchmark.
   *
   * @throws CancellationException after {@link #end}
   */
  @Override
  public void startBenchmark(BenchmarkParams params) {
    checkMayGoOn();
    running = params;
    jmh.startBenchmark(params);
  }

  /**
   * Tells the result.
   *
   * @param result null where JMH ran the benchmark and has no result of it
   */
  @Override
  public void endBenchmark(@Nullable BenchmarkResult result) {
    if (result != null) {
      RunResult one = new RunResult(result.getParams(), List.of(result));
      measured.add(one);
      afterResult.accept(one);
    }
    if (!ending) {
      jmh.endBenchmark(result);
    }
  }

  @Override
  public void endRun(Collection<RunResult> result) {
    measured.clear(); // whoever runs the pass has them
    if (!ending) {
      jmh.endRun(result);
    }
  }

  @Override
  public void iteration(BenchmarkParams benchmark, IterationParams params, int iteration) {
    if (!ending) {
      jmh.iteration(benchmark, params, iteration);
    }
  }

  @Override
  public void iterationResult(
      BenchmarkParams benchmark, IterationParams params, int iteration, IterationResult data) {
    if (!ending) {
      jmh.iterationResult(benchmark, params, iteration, data);
    }
  }

  @Override
  public void print(String s) {
    if (!ending) {
      jmh.print(s);
    }
  }

  /**
   * A line.
   *
   * @throws CancellationException after {@link #end}, where it says that a fork starts
   */
  @Override
  public void println(String s) {
    if (FORK_STARTS.stream().anyMatch(s::startsWith)) {
      checkMayGoOn();
    }
    if (FORK_FAILED.stream().anyMatch(s::startsWith)) {
      failed = true;
    }
    if (!ending) {
      jmh.println(s);
    }
  }

  @Override
  public void verbosePrintln(String s) {
    if (!ending) {
      jmh.verbosePrintln(s);
    }
  }

  @Override
  public void write(int b) {
    if (!ending) {
      jmh.write(b);
    }
  }

  @Override
  public void write(byte[] b) throws IOException {
    if (!ending) {
      jmh.write(b);
    }
  }

  @Override
  public void flush() {
    jmh.flush();
  }

  /** JMH closes its output after each pass, and there may be another. */
  @Override
  public void close() {
    jmh.flush();
  }
}
