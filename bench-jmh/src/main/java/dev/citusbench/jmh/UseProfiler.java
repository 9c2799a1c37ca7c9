package dev.citusbench.jmh;

import dev.citusbench.results.BenchException;
import dev.citusbench.results.Manifest.OperationResult;
import dev.citusbench.session.Listener;
import dev.citusbench.session.ProcessorUse;
import dev.citusbench.session.Settings;
import dev.citusbench.session.Testbed;
import dev.citusbench.sql.ServerUse;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.ScalarResult;
import org.openjdk.jmh.runner.IterationType;

/**
 * What the operations of an iteration used, and what was busy meanwhile: the fields {@code
 * perOperation} and {@code busy} of {@code run.json}. Counters are read before and after an
 * iteration, outside of what is timed, on connections that are kept from the first measured
 * iteration to the last: opening them each time would cost a small machine more than what is
 * measured. What sessions wait for is sampled while an iteration lasts, of inserts in the
 * throughput mode only: their knee asks for it, and no single latency meets a sample. The first
 * iteration of a fork is left out, also where there is no warm-up, because the set-up is in it.
 */
public final class UseProfiler implements InternalProfiler {
  private static final String PER_OPERATION = "use.";
  private static final String BUSY = "busy.";

  /** What is asked, from the first measured iteration to the last. */
  private record Asked(Testbed testbed, ServerUse servers) {}

  /** One iteration that is being measured. */
  private record Measuring(
      ServerUse.Counters before,
      ProcessorUse processor,
      DiskUse disk,
      @Nullable WaitSampler waits) {}

  private @Nullable Asked asked;
  private @Nullable Measuring measuring;
  private boolean first = true;
  private int measured;

  @Override
  public String getDescription() {
    return "WAL, connections and processor time an operation, and what was busy meanwhile";
  }

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
    boolean setsUp = first; // JMH sets a trial up within its first iteration
    first = false;
    if (setsUp || iteration.getType() != IterationType.MEASUREMENT) {
      return;
    }
    measured++;
    try {
      Asked now = asked == null ? ask() : asked;
      asked = now;
      boolean waits =
          benchmark.getMode() == Mode.Throughput
              && benchmark.getBenchmark().startsWith(InsertBenchmark.class.getName() + ".");
      measuring =
          new Measuring(
              now.servers().counters(),
              ProcessorUse.begin(Runtime.getRuntime().availableProcessors()),
              DiskUse.begin(now.testbed().dataFolder()),
              waits ? WaitSampler.start(now.servers()) : null);
    } catch (SQLException | BenchException | UncheckedIOException e) {
      unread(e);
    }
  }

  private static Asked ask() throws SQLException {
    Testbed testbed =
        Testbed.find(Settings.from(System.getProperties()), Listener.onStandardError());
    return new Asked(testbed, ServerUse.connect(testbed.target("writer")));
  }

  @Override
  public Collection<? extends Result<?>> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    Measuring begun = measuring;
    Asked now = asked;
    measuring = null;
    if (begun == null || now == null) {
      return List.of();
    }
    try {
      var processor = begun.processor().share("iteration");
      Map<String, Double> values = new TreeMap<>();
      begun.disk().share().ifPresent(share -> values.put(BUSY + "disk", share));
      if (begun.disk().isHere()) {
        values.put(BUSY + "processor", Math.min(1, processor.machine()));
      }
      if (begun.waits() != null) {
        begun.waits().stop().forEach((wait, share) -> values.put(BUSY + "wait " + wait, share));
      }
      long operations = result.getMetadata().getAllOps();
      if (operations > 0) {
        double cores = Runtime.getRuntime().availableProcessors();
        values.put(
            PER_OPERATION + "clientCpuNanos",
            processor.suite() * processor.seconds() * cores * 1e9 / operations);
        perOperation(begun.before(), now.servers().counters(), operations, values);
      }
      List<ScalarResult> results = new ArrayList<>();
      values.forEach(
          (name, value) ->
              results.add(
                  new ScalarResult(
                      name,
                      value,
                      name.startsWith(BUSY) ? "share" : "/op",
                      AggregationPolicy.AVG)));
      if (measured == benchmark.getMeasurement().getCount()) {
        forget();
      }
      return results;
    } catch (SQLException | UncheckedIOException e) {
      unread(e);
      return List.of();
    }
  }

  /** Closes the connections; the next iteration, if there is one, opens others. */
  private void forget() {
    Asked last = asked;
    asked = null;
    if (last != null) {
      try {
        last.servers().close();
      } catch (SQLException e) {
        // They are of no use either way.
      }
    }
  }

  private static void perOperation(
      ServerUse.Counters before,
      ServerUse.Counters after,
      long operations,
      Map<String, Double> values) {
    if (before.written().isPresent() && after.written().isPresent()) {
      ServerUse.Written from = before.written().get();
      ServerUse.Written to = after.written().get();
      values.put(
          PER_OPERATION + "walBytes", (to.walBytes() - from.walBytes()) / (double) operations);
      values.put(
          PER_OPERATION + "commits",
          (to.transactions() - from.transactions()) / (double) operations);
    }
    if (before.executor().isPresent() && after.executor().isPresent()) {
      ServerUse.Executor from = before.executor().get();
      ServerUse.Executor to = after.executor().get();
      values.put(PER_OPERATION + "connections", (to.used() - from.used()) / (double) operations);
      values.put(
          PER_OPERATION + "connectionsOpened", (to.opened() - from.opened()) / (double) operations);
      values.put(
          PER_OPERATION + OperationResult.MULTI_SHARD,
          (to.multiShard() - from.multiShard()) / (double) operations);
    }
  }

  private void unread(Exception e) {
    forget();
    System.err.printf("# What operations used is not in the record: %s%n", e.getMessage());
  }

  /** What a result says was used by an operation; empty where it does not. */
  static Map<String, Double> perOperation(RunResult result) {
    return secondary(result, PER_OPERATION);
  }

  /** What a result says was busy. A wait that some iterations did not see counts 0 for them. */
  static Map<String, Double> busy(RunResult result) {
    return secondary(result, BUSY);
  }

  private static Map<String, Double> secondary(RunResult result, String prefix) {
    long iterations =
        result.getSecondaryResults().values().stream()
            .filter(value -> value.getLabel().startsWith(PER_OPERATION))
            .mapToLong(value -> value.getSampleCount())
            .max()
            .orElse(1);
    Map<String, Double> values = new TreeMap<>();
    result
        .getSecondaryResults()
        .forEach(
            (name, value) -> {
              if (name.startsWith(prefix)) {
                double seen = value.getScore() * value.getSampleCount() / iterations;
                values.put(
                    name.substring(prefix.length()),
                    name.contains("wait ") ? seen : value.getScore());
              }
            });
    return values;
  }
}
