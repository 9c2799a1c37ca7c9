package dev.citusbench.jmh;

import dev.citusbench.results.BenchException;
import dev.citusbench.results.Contribution;
import dev.citusbench.results.PlanClass;
import dev.citusbench.session.Session;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Defaults;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;

/**
 * All passes, one after the other, in a session: what they measure is in its record however they
 * end, also where the cluster is lost or this process is told to end.
 */
final class Measurement {
  /**
   * Longer than a failover takes by the defaults of Patroni: a cluster that has one is not lost.
   */
  private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(60);

  /** For the last fork to be seen dead, and for what there is to be written. */
  private static final Duration ENDS_WITHIN = Duration.ofSeconds(10);

  private final Session session;
  private final CommandLineOptions asked;
  private final List<Options> passes;
  private final List<RunResult> results = new ArrayList<>();
  private final List<RunResult> kept = new ArrayList<>();
  private final List<String> reasons = new ArrayList<>();
  private final CountDownLatch recorded = new CountDownLatch(1);
  private volatile boolean ending;

  Measurement(Session session, CommandLineOptions asked, List<Options> passes) {
    this.session = session;
    this.asked = asked;
    this.passes = List.copyOf(passes);
  }

  /**
   * Runs the passes until one fails as a whole, the cluster is lost or the process is told to end,
   * and contributes what was measured.
   *
   * @return why the run is invalid: what should have a result and has none, for example
   * @throws BenchException where the cluster is lost
   * @throws CancellationException where the process is ending
   */
  List<String> run() {
    try (PrintStream out = asked.getOutput().hasValue() ? file(asked) : null) {
      Output output =
          new Output(
              OutputFormatFactory.createFormatInstance(
                  out == null ? System.out : out, asked.verbosity().orElse(Defaults.VERBOSITY)),
              this::checkAnswers,
              this::keep);
      session.beforeShutdown(() -> end(output));
      try {
        run(output);
      } catch (BenchException | CancellationException e) {
        reasons.add(String.valueOf(e.getMessage()));
        throw e;
      } finally {
        record();
      }
      output.checkMayGoOn();
    }
    return reasons;
  }

  private static PrintStream file(CommandLineOptions asked) {
    String name = asked.getOutput().get();
    try {
      return new PrintStream(name, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw BenchException.usage("-o %s: cannot be written: %s".formatted(name, e.getMessage()));
    }
  }

  private void run(Output output) {
    Set<Benchmarks.Case> expected = new LinkedHashSet<>();
    int number = 0;
    for (Options pass : passes) {
      number++;
      Set<Benchmarks.Case> cases = Benchmarks.cases(pass);
      if (cases.isEmpty()) {
        continue;
      }
      expected.addAll(cases);
      System.out.printf(
          "# Pass %d of %d%n# All passes from here: at least %s; JMH's ETA is that of one pass%n",
          number, passes.size(), length(passes.subList(number - 1, passes.size())));
      try {
        results.addAll(new Runner(pass, output).run());
      } catch (RunnerException e) {
        reasons.add("JMH ended early: " + e.getMessage());
        break;
      } finally {
        results.addAll(output.measured()); // of a pass that did not come to its end
      }
    }
    output.checkMayGoOn(); // the last fork may be the one that failed
    results.forEach(result -> expected.remove(Benchmarks.Case.of(result.getParams())));
    if (!expected.isEmpty() && reasons.isEmpty()) {
      reasons.add(
          "benchmarks failed, see their output: "
              + expected.stream().map(String::valueOf).collect(Collectors.joining(", ")));
    }
    if (results.isEmpty() && reasons.isEmpty()) {
      reasons.add("no benchmark was left to run");
    }
  }

  /** {@code 00:41:10}, as JMH writes it. */
  private static String length(List<Options> passes) {
    Duration all = passes.stream().map(Benchmarks::length).reduce(Duration.ZERO, Duration::plus);
    return "%02d:%02d:%02d".formatted(all.toHours(), all.toMinutesPart(), all.toSecondsPart());
  }

  /** So that what was measured is there, whenever and however the process ends. */
  private void keep(RunResult result) {
    kept.add(result);
    write(kept, session.folder().dir());
  }

  private void record() {
    try {
      for (RunResult result : results) {
        Canceled.Share share = Canceled.Share.of(result);
        if (share.isTooLarge()) {
          reasons.add(share.toString());
        } else if (share.canceled() > 0) {
          session.remark(share.toString());
        }
      }
      write(results, session.folder().dir());
      writeWhereAsked();
      session.contribute("jmh", new Contribution(Rows.of(results, this::plan), List.of(), reasons));
    } finally {
      recorded.countDown();
    }
  }

  private Rows.Plan plan(String operation) {
    return Benchmarks.WITHOUT_STATEMENT.contains(operation)
        ? new Rows.Plan(PlanClass.LOCAL, 0)
        : new Rows.Plan(session.planClass(operation), session.tasks(operation));
  }

  private static void write(Collection<RunResult> results, Path folder) {
    ResultFormatFactory.getInstance(ResultFormatType.JSON, folder.resolve("jmh.json").toString())
        .writeOut(results);
  }

  /** JMH has written the file that {@code -rff} or {@code -rf} asks for after each pass anew. */
  private void writeWhereAsked() {
    if (passes.size() > 1 && (asked.getResult().hasValue() || asked.getResultFormat().hasValue())) {
      ResultFormatType type = asked.getResultFormat().orElse(Defaults.RESULT_FORMAT);
      String file =
          asked
              .getResult()
              .orElse(Defaults.RESULT_FILE_PREFIX + "." + type.toString().toLowerCase(Locale.ROOT));
      ResultFormatFactory.getInstance(type, file).writeOut(results);
    }
  }

  /**
   * Whether a benchmark failed because there is no cluster left, so that all others would too.
   *
   * @throws BenchException where there is none
   */
  private void checkAnswers(String failed) {
    long deadline = System.nanoTime() + ANSWERS_WITHIN.toNanos();
    while (!ending) {
      try (Connection answers = session.connect("writer")) {
        return;
      } catch (SQLException e) {
        if (session.isStopped()) {
          throw lost(failed, "it was stopped", e);
        }
        if (System.nanoTime() > deadline) {
          throw lost(
              failed,
              "for %d s nothing has answered over route writer (SQLSTATE %s: %s)"
                  .formatted(ANSWERS_WITHIN.toSeconds(), e.getSQLState(), e.getMessage()),
              e);
        }
      }
      LockSupport.parkNanos(500_000_000);
    }
  }

  private static BenchException lost(String failed, String how, SQLException e) {
    return new BenchException(
        BenchException.Kind.CLUSTER,
        "the cluster was lost while %s was measured: %s; what was measured before is kept, in an invalid run"
            .formatted(failed, how),
        e);
  }

  /**
   * Ends the forks, which would only see how the cluster stops, until none can follow: JMH may have
   * been about to start one. Daemons are children too, of ours.
   */
  private void end(Output output) {
    if (recorded.getCount() == 0) {
      return;
    }
    ending = true;
    String operation = output.end();
    System.err.printf(
        "bench: told to end%s; the run is kept as invalid, with what was measured before%n",
        operation == null ? "" : " while " + operation + " was measured");
    long deadline = System.nanoTime() + ENDS_WITHIN.toNanos();
    try {
      do {
        ProcessHandle.current()
            .children()
            .filter(
                child -> child.info().command().filter(name -> name.endsWith("/java")).isPresent())
            .forEach(ProcessHandle::destroyForcibly);
      } while (!recorded.await(20, TimeUnit.MILLISECONDS) && System.nanoTime() < deadline);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
