package dev.citusbench.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.citusbench.jmh.Canceled.Share;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.IterationResultMetaData;
import org.openjdk.jmh.results.ResultRole;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.ThroughputResult;

final class CanceledTest {
  private static final BenchmarkParams PARAMS =
      RowsTest.params(
          "RouterBenchmark.lookupOrder",
          Map.of("route", "reader"),
          Mode.Throughput,
          TimeUnit.SECONDS,
          1);

  /** An iteration in which as many executions failed so, of 1,000. */
  private static IterationResult iteration(int conflicts) {
    IterationResult iteration =
        new IterationResult(
            PARAMS, PARAMS.getMeasurement(), new IterationResultMetaData(1_010, 1_000));
    iteration.addResult(
        new ThroughputResult(ResultRole.PRIMARY, "throughput", 1_000, 1, TimeUnit.SECONDS));
    Canceled profiler = new Canceled();
    profiler.beforeIteration(PARAMS, PARAMS.getMeasurement());
    for (int i = 0; i < conflicts; i++) {
      assertThat(Canceled.take("reader", new SQLException("conflict with recovery", "40001")))
          .isTrue();
    }
    iteration.addResults(profiler.afterIteration(PARAMS, PARAMS.getMeasurement(), iteration));
    return iteration;
  }

  private static Share share(int... conflictsByIteration) {
    List<IterationResult> iterations =
        Arrays.stream(conflictsByIteration).mapToObj(CanceledTest::iteration).toList();
    return Share.of(
        new RunResult(
            PARAMS,
            List.of(
                new BenchmarkResult(PARAMS, iterations),
                new BenchmarkResult(PARAMS, List.of(iteration(0))))));
  }

  @Test
  void executionsThatTheStandbyCanceledAreCountedOverIterationsAndForks() {
    Share share = share(2, 0, 1);

    assertThat(share.canceled()).isEqualTo(3);
    assertThat(share.executions()).isEqualTo(4_000);
    assertThat(share.isTooLarge()).isFalse();
    assertThat(share)
        .hasToString(
            "lookup-order over reader (thrpt): the standby canceled 3 of 4,000 executions to replay"
                + " what they hindered (SQLSTATE 40001), and they are among the figures");
  }

  @Test
  void moreThanOneInAThousandAreTooMany() {
    assertThat(share(0).isTooLarge()).isFalse();
    assertThat(share(1, 1).isTooLarge()).isFalse();
    assertThat(share(4, 0).isTooLarge()).isTrue();
  }

  @Test
  void otherErrorsAndOtherRoutesEndTheBenchmark() {
    assertThat(Canceled.take("writer", new SQLException("conflict", "40001"))).isFalse();
    assertThat(Canceled.take("reader", new SQLException("timeout", "57014"))).isFalse();
  }
}
