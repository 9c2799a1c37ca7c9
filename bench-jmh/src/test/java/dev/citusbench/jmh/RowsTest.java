package dev.citusbench.jmh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.citusbench.results.Manifest.OperationResult;
import dev.citusbench.results.Phase;
import dev.citusbench.results.PlanClass;
import dev.citusbench.results.Source;
import dev.citusbench.results.TimePart;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ResultRole;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.SampleTimeResult;
import org.openjdk.jmh.results.ScalarResult;
import org.openjdk.jmh.results.ThroughputResult;
import org.openjdk.jmh.runner.IterationType;
import org.openjdk.jmh.runner.WorkloadParams;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.util.SampleBuffer;

class RowsTest {
  private static final Rows.Plan PLAN = new Rows.Plan(PlanClass.ROUTER, 1);

  @Test
  void sampledTimesBecomeNanosecondsWhateverUnitJmhPrints() {
    for (TimeUnit unit : List.of(TimeUnit.NANOSECONDS, TimeUnit.MICROSECONDS, TimeUnit.SECONDS)) {
      OperationResult row = onlyRow(sampled("RouterBenchmark.lookupOrder", "writer", unit, 1));

      assertThat(row.name()).isEqualTo("lookup-order");
      assertThat(row.planClass()).isEqualTo(PlanClass.ROUTER);
      assertThat(row.source()).isEqualTo(Source.JMH);
      assertThat(row.route()).isEqualTo("writer");
      assertThat(row.time()).isEqualTo(TimePart.SERVICE);
      assertThat(row.phase()).isEqualTo(Phase.STEADY);
      assertThat(row.count()).isEqualTo(1000);
      assertThat(row.meanNanos()).isCloseTo(1_008_991, within(10_000.0));
      assertThat((double) row.p50Nanos()).isCloseTo(1_000_000, within(10_000.0));
      assertThat((double) row.p99Nanos()).isCloseTo(1_000_000, within(10_000.0));
      assertThat((double) row.maxNanos()).isCloseTo(10_000_000, within(100_000.0));
    }
  }

  @Test
  void withoutThroughputARateIsWhatTheClosedLoopDid() {
    OperationResult row =
        onlyRow(sampled("RouterBenchmark.lookupOrder", "writer", TimeUnit.MICROSECONDS, 4));

    assertThat(row.perSecond()).isCloseTo(4 / 0.001009, within(50.0));
    assertThat(row.rowsPerSecond()).isNull();
  }

  @Test
  void throughputGivesOperationsAndRowsASecondWhateverUnitJmhPrints() {
    for (TimeUnit unit : List.of(TimeUnit.MICROSECONDS, TimeUnit.SECONDS)) {
      OperationResult row = onlyRow(throughput("InsertBenchmark.copyEvents", "writer", unit));

      assertThat(row.perSecond()).isCloseTo(50, within(0.001));
      assertThat(row.rowsPerSecond()).isCloseTo(50_000, within(1.0));
      assertThat(row.p50Nanos()).isZero();
    }
  }

  @Test
  void bothModesOfAnOperationOverARouteAreOneRow() {
    List<OperationResult> rows =
        Rows.of(
            List.of(
                throughput("InsertBenchmark.copyEvents", "writer", TimeUnit.MICROSECONDS),
                sampled("InsertBenchmark.copyEvents", "writer", TimeUnit.MICROSECONDS, 1),
                sampled("InsertBenchmark.copyEvents", "direct", TimeUnit.MICROSECONDS, 1)),
            name -> PLAN);

    assertThat(rows).extracting(OperationResult::route).containsExactly("writer", "direct");
    assertThat(rows.get(0).perSecond()).isCloseTo(50, within(0.001));
    assertThat(rows.get(0).count()).isEqualTo(1000);
  }

  @Test
  void theFloorComesFirst() {
    List<OperationResult> rows =
        Rows.of(
            List.of(
                sampled("InsertBenchmark.insertEvent", "writer", TimeUnit.MICROSECONDS, 1),
                sampled("FloorBenchmark.floor", "writer", TimeUnit.MICROSECONDS, 1)),
            name -> PLAN);

    assertThat(rows).extracting(OperationResult::name).containsExactly("floor", "insert-event");
  }

  @Test
  void whatIsVariedIsPartOfTheRowAndDefaultsAreNot() {
    List<OperationResult> rows =
        Rows.of(
            List.of(
                sampled(
                    "InsertBenchmark.copyEvents", params("rows", "10", "protocol", "tuning"), 4),
                sampled("InsertBenchmark.copyEvents", params("rows", "file"), 1)),
            name -> PLAN);

    assertThat(rows)
        .extracting(OperationResult::variant)
        .containsExactly("rows=10 threads=4", null);
  }

  @Test
  void eachRowHasTheFloorOfItsRouteProtocolAndThreads() {
    List<OperationResult> rows =
        Rows.of(
            List.of(
                sampled("RouterBenchmark.lookupOrder", params("protocol", "simple"), 1),
                sampled("RouterBenchmark.lookupOrder", params("connection", "new"), 1),
                sampled("RouterBenchmark.lookupOrder", params("protocol", "simple"), 4),
                sampled("FloorBenchmark.floor", params("connection", "new"), 1),
                sampled("FloorBenchmark.floor", params("protocol", "simple"), 1),
                sampled("FloorBenchmark.floor", params(), 1)),
            name -> PLAN);

    assertThat(rows)
        .extracting(row -> row.name() + "/" + row.variant() + "/" + (row.floorNanos() != null))
        .containsExactly(
            "floor/protocol=simple/false",
            "floor/null/false",
            "lookup-order/protocol=simple/true",
            "lookup-order/connection=new/true",
            "lookup-order/protocol=simple threads=4/false",
            "floor/connection=new/true");
  }

  @Test
  void whatTheProfilerSawStandsInTheRow() {
    BenchmarkParams throughput =
        params("InsertBenchmark.copyEvents", params(), Mode.Throughput, TimeUnit.SECONDS, 4);
    IterationResult first = iteration(throughput, 100);
    first.addResult(new ScalarResult("use.walBytes", 300, "/op", AggregationPolicy.AVG));
    first.addResult(new ScalarResult("busy.wait IPC:SyncRep", 0.5, "share", AggregationPolicy.AVG));
    IterationResult second = iteration(throughput, 100);
    second.addResult(new ScalarResult("use.walBytes", 500, "/op", AggregationPolicy.AVG));
    RunResult result =
        new RunResult(throughput, List.of(new BenchmarkResult(throughput, List.of(first, second))));

    OperationResult row = onlyRow(result);

    assertThat(row.perOperation()).containsExactly(Map.entry("walBytes", 400.0));
    // Not seen in the second iteration, so half of what it was in the first.
    assertThat(row.busy()).containsExactly(Map.entry("wait IPC:SyncRep", 0.25));
  }

  @Test
  void aFanOutHasAsManyTasksAsShards() {
    OperationResult row =
        onlyRow(
            sampled(
                "FanOutBenchmark.fanOut",
                params("shards", "16", "executorPool", "4", "cachedConnections", "1"),
                1));

    assertThat(row.tasks()).isEqualTo(16);
    assertThat(row.planClass()).isEqualTo(PlanClass.MULTI_SHARD);
    assertThat(row.variant()).isEqualTo("cachedConnections=1 executorPool=4 shards=16");
  }

  private static IterationResult iteration(BenchmarkParams params, long operations) {
    IterationResult iteration = new IterationResult(params, params.getMeasurement(), null);
    iteration.addResult(
        new ThroughputResult(
            ResultRole.PRIMARY, "throughput", operations, 1_000_000_000L, TimeUnit.SECONDS));
    return iteration;
  }

  private static Map<String, String> params(String... namesAndValues) {
    Map<String, String> params = new TreeMap<>(Map.of("route", "writer"));
    for (int i = 0; i < namesAndValues.length; i += 2) {
      params.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return params;
  }

  private static RunResult sampled(String benchmark, Map<String, String> params, int threads) {
    SampleBuffer buffer = new SampleBuffer();
    buffer.add(1_000_000);
    return result(
        params(benchmark, params, Mode.SampleTime, TimeUnit.MICROSECONDS, threads),
        new SampleTimeResult(ResultRole.PRIMARY, benchmark, buffer, TimeUnit.MICROSECONDS));
  }

  private static OperationResult onlyRow(RunResult result) {
    List<OperationResult> rows = Rows.of(List.of(result), name -> PLAN);
    assertThat(rows).hasSize(1);
    return rows.get(0);
  }

  /** 999 times 1 ms and once 10 ms. */
  private static RunResult sampled(String benchmark, String route, TimeUnit unit, int threads) {
    SampleBuffer buffer = new SampleBuffer();
    for (int i = 0; i < 999; i++) {
      buffer.add(1_000_000);
    }
    buffer.add(10_000_000);
    return result(
        params(benchmark, route, Mode.SampleTime, unit, threads),
        new SampleTimeResult(ResultRole.PRIMARY, benchmark, buffer, unit));
  }

  /** In 2 s, 100 operations of 1,000 rows; 30 more while JMH waited for all of its threads. */
  private static RunResult throughput(String benchmark, String route, TimeUnit unit) {
    long nanos = TimeUnit.SECONDS.toNanos(2);
    return result(
        params(benchmark, route, Mode.Throughput, unit, 1),
        new ThroughputResult(ResultRole.PRIMARY, benchmark, 100, nanos, unit),
        new ScalarResult("rows", 130_000, "#", AggregationPolicy.SUM),
        new ScalarResult("executions", 130, "#", AggregationPolicy.SUM));
  }

  private static RunResult result(BenchmarkParams params, Result<?>... results) {
    IterationResult iteration = new IterationResult(params, params.getMeasurement(), null);
    for (Result<?> result : results) {
      iteration.addResult(result);
    }
    return new RunResult(params, List.of(new BenchmarkResult(params, List.of(iteration))));
  }

  private static BenchmarkParams params(
      String benchmark, String route, Mode mode, TimeUnit unit, int threads) {
    return params(benchmark, Map.of("route", route), mode, unit, threads);
  }

  static BenchmarkParams params(
      String benchmark, Map<String, String> params, Mode mode, TimeUnit unit, int threads) {
    WorkloadParams workload = new WorkloadParams();
    params.forEach((name, value) -> workload.put(name, value, 0));
    TimeValue second = TimeValue.seconds(1);
    return new BenchmarkParams(
        "dev.citusbench.jmh." + benchmark,
        "generated",
        true,
        threads,
        new int[] {threads},
        List.of(),
        1,
        0,
        new IterationParams(IterationType.WARMUP, 1, second, 1),
        new IterationParams(IterationType.MEASUREMENT, 1, second, 1),
        mode,
        workload,
        unit,
        1,
        "java",
        List.of(),
        "17",
        "VM",
        "17",
        "1.37",
        TimeValue.minutes(1));
  }
}
