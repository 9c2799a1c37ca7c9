package dev.citusbench.jmh;

import dev.citusbench.results.Manifest.OperationResult;
import dev.citusbench.results.Outcome;
import dev.citusbench.results.Phase;
import dev.citusbench.results.PlanClass;
import dev.citusbench.results.Source;
import dev.citusbench.results.TimePart;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.util.Statistics;

/**
 * JMH's results as rows of {@code run.json}, one for each operation, route and variant, the floor
 * first; each with the floor that it stands on.
 *
 * <p>Percentiles, mean and count are those of {@link Mode#SampleTime} over all forks; {@code
 * perSecond} is that of {@link Mode#Throughput}, and {@code rowsPerSecond} is {@code perSecond} by
 * the rows of an execution, as {@link Written} counted them. Without the one, its fields are 0;
 * without the other, {@code perSecond} is threads by mean, which is what a closed loop does. Other
 * modes have no row; {@code jmh.json} has all.
 */
final class Rows {
  /** What the plan guard saw of an operation. */
  record Plan(PlanClass planClass, int tasks) {}

  private record Key(String operation, String route, Variant variant) {
    boolean isFloor() {
      return operation.equals(Profile.FLOOR) && variant.equals(variant.floor());
    }

    boolean standsOnFloor() {
      return !isFloor() && !Benchmarks.WITHOUT_STATEMENT.contains(operation);
    }

    Key floor() {
      return new Key(Profile.FLOOR, route, variant.floor());
    }
  }

  private Rows() {}

  static List<OperationResult> of(
      Collection<RunResult> results, Function<String, Plan> planOfOperation) {
    Map<Key, RunResult> samples = new LinkedHashMap<>();
    Map<Key, RunResult> throughputs = new LinkedHashMap<>();
    List<Key> keys = new ArrayList<>();
    for (RunResult result : results) {
      BenchmarkParams params = result.getParams();
      Key key =
          new Key(
              OperationName.of(params.getBenchmark()),
              params.getParam(Profile.ROUTE),
              Variant.of(params));
      if (params.getMode() == Mode.SampleTime) {
        samples.put(key, result);
      } else if (params.getMode() == Mode.Throughput) {
        throughputs.put(key, result);
      } else {
        continue;
      }
      if (!keys.contains(key)) {
        keys.add(key);
      }
    }
    keys.sort(Comparator.comparing(key -> !key.isFloor()));
    return keys.stream()
        .map(
            key ->
                row(key, planOfOperation, samples.get(key), throughputs.get(key))
                    .withVariant(
                        key.variant().text(),
                        key.standsOnFloor() ? median(samples.get(key.floor())) : null)
                    .withUse(
                        used(throughputs.get(key), samples.get(key)),
                        busy(throughputs.get(key), samples.get(key))))
        .toList();
  }

  /**
   * Of the mode whose sessions were looked at, if there is one; of what must not have been, more.
   */
  private static Map<String, Double> used(
      @Nullable RunResult throughput, @Nullable RunResult sample) {
    Map<String, Double> ofSample = sample == null ? Map.of() : UseProfiler.perOperation(sample);
    if (throughput == null) {
      return ofSample;
    }
    Map<String, Double> used = new TreeMap<>(UseProfiler.perOperation(throughput));
    Double inSamples = ofSample.get(OperationResult.MULTI_SHARD);
    if (inSamples != null) {
      used.merge(OperationResult.MULTI_SHARD, inSamples, Math::max);
    }
    return used;
  }

  private static Map<String, Double> busy(
      @Nullable RunResult throughput, @Nullable RunResult sample) {
    return throughput != null
        ? UseProfiler.busy(throughput)
        : sample != null ? UseProfiler.busy(sample) : Map.of();
  }

  private static @Nullable Long median(@Nullable RunResult sample) {
    if (sample == null) {
      return null;
    }
    double unit = sample.getParams().getTimeUnit().toNanos(1);
    return Percentiles.of(sample.getPrimaryResult().getStatistics(), unit).p50();
  }

  private static OperationResult row(
      Key key,
      Function<String, Plan> planOfOperation,
      @Nullable RunResult sample,
      @Nullable RunResult throughput) {
    Plan plan =
        key.operation().equals(Benchmarks.FAN_OUT)
            ? new Plan(
                PlanClass.MULTI_SHARD,
                Integer.parseInt(key.variant().varied().getOrDefault(Variant.SHARDS, "0")))
            : planOfOperation.apply(key.operation());
    long count = 0;
    double mean = 0;
    double perSecond = 0;
    Percentiles percentiles = new Percentiles(0, 0, 0, 0, 0);
    if (sample != null) {
      Statistics times = sample.getPrimaryResult().getStatistics();
      double unit = sample.getParams().getTimeUnit().toNanos(1);
      count = times.getN();
      mean = times.getMean() * unit;
      perSecond = mean == 0 ? 0 : sample.getParams().getThreads() * 1e9 / mean;
      percentiles = Percentiles.of(times, unit);
    }
    if (throughput != null) {
      perSecond = aSecond(throughput, throughput.getPrimaryResult());
    }
    OperationResult row =
        new OperationResult(
            key.operation(),
            plan.planClass(),
            plan.tasks(),
            Source.JMH,
            key.route(),
            Outcome.OK,
            TimePart.SERVICE,
            Phase.STEADY,
            count,
            perSecond,
            mean,
            percentiles.p50(),
            percentiles.p90(),
            percentiles.p99(),
            percentiles.p999(),
            percentiles.max());
    if (throughput == null) {
      return row;
    }
    Result<?> rows = throughput.getSecondaryResults().get("rows");
    Result<?> executions = throughput.getSecondaryResults().get("executions");
    return rows == null || executions == null
        ? row
        : row.withRowsPerSecond(perSecond * rows.getScore() / Math.max(1, executions.getScore()));
  }

  private static double aSecond(RunResult run, Result<?> rate) {
    return rate.getScore() * 1e9 / run.getParams().getTimeUnit().toNanos(1);
  }

  private record Percentiles(long p50, long p90, long p99, long p999, long max) {
    static Percentiles of(Statistics times, double unit) {
      return new Percentiles(
          Math.round(times.getPercentile(50) * unit),
          Math.round(times.getPercentile(90) * unit),
          Math.round(times.getPercentile(99) * unit),
          Math.round(times.getPercentile(99.9) * unit),
          Math.round(times.getMax() * unit));
    }
  }
}
