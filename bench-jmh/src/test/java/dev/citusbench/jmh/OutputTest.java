package dev.citusbench.jmh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.citusbench.results.BenchException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.IterationType;
import org.openjdk.jmh.runner.WorkloadParams;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

class OutputTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final List<String> failed = new ArrayList<>();
  private final List<RunResult> kept = new ArrayList<>();

  private Output output(Consumer<String> afterFailure) {
    return new Output(
        OutputFormatFactory.createFormatInstance(
            new PrintStream(printed, true, UTF_8), VerboseMode.NORMAL),
        afterFailure,
        kept::add);
  }

  @Test
  void afterTheEndNothingIsStartedOrPrinted() {
    Output output = output(failed::add);
    assertThat(output.end()).isNull();

    assertThatThrownBy(() -> output.startBenchmark(params("RouterBenchmark.lookupOrder")))
        .isInstanceOf(CancellationException.class);
    assertThatThrownBy(() -> output.println("# Fork: 2 of 3"))
        .isInstanceOf(CancellationException.class);
    output.println("<forked VM failed with exit code 130>");
    output.flush();

    assertThat(printed.toString(UTF_8)).isBlank();
    assertThat(failed).isEmpty();
  }

  @Test
  void theEndTellsWhatWasMeasured() {
    Output output = output(failed::add);
    output.startBenchmark(params("RouterBenchmark.lookupOrder"));
    assertThat(output.end()).isEqualTo("lookup-order");
    assertThatThrownBy(output::checkMayGoOn)
        .isInstanceOf(CancellationException.class)
        .hasMessage("told to end while lookup-order was measured");
  }

  @Test
  void afterAFailureTheNextForkStartsOnlyWhereItMay() {
    BenchException lost = new BenchException(BenchException.Kind.CLUSTER, "lost");
    Output output =
        output(
            operation -> {
              failed.add(operation);
              throw lost;
            });
    output.startBenchmark(params("RouterBenchmark.lookupOrder"));
    output.println("# Fork: 1 of 3");
    output.println("<failure>");

    assertThatThrownBy(() -> output.println("# Fork: 2 of 3")).isSameAs(lost);
    assertThat(failed).containsExactly("lookup-order");
    assertThat(printed.toString(UTF_8)).contains("# Fork: 1").doesNotContain("# Fork: 2");
  }

  @Test
  void theLastForkOfABenchmarkCountsToo() {
    Output output = output(failed::add);
    output.startBenchmark(params("RouterBenchmark.lookupOrder"));
    output.println("# Fork: 1 of 1");
    output.println("<forked VM failed with exit code 1>");
    output.endBenchmark(null);
    output.startBenchmark(params("MultiShardBenchmark.revenueByDay"));
    output.println("# Fork: 1 of 1");

    assertThat(failed).containsExactly("lookup-order");
    assertThat(printed.toString(UTF_8)).contains("revenueByDay");
  }

  @Test
  void aBenchmarkThatEndedIsNoFailure() {
    Output output = output(failed::add);
    output.startBenchmark(params("RouterBenchmark.lookupOrder"));
    output.println("# Fork: 1 of 1");
    output.endBenchmark(null);
    output.startBenchmark(params("MultiShardBenchmark.revenueByDay"));

    assertThat(failed).isEmpty();
    assertThat(output.measured()).isEmpty();
    assertThat(printed.toString(UTF_8)).contains("lookupOrder", "revenueByDay");
  }

  @Test
  void eachResultIsToldWhenItIsThere() {
    Output output = output(failed::add);
    BenchmarkParams params = params("RouterBenchmark.lookupOrder");
    output.startBenchmark(params);
    output.end();
    output.endBenchmark(new BenchmarkResult(params, List.of()));

    assertThat(kept).hasSize(1);
    assertThat(kept.get(0).getParams()).isSameAs(params);
  }

  private static BenchmarkParams params(String benchmark) {
    TimeValue second = TimeValue.seconds(1);
    return new BenchmarkParams(
        "dev.citusbench.jmh." + benchmark,
        "generated",
        true,
        1,
        new int[] {1},
        List.of(),
        1,
        0,
        new IterationParams(IterationType.WARMUP, 1, second, 1),
        new IterationParams(IterationType.MEASUREMENT, 1, second, 1),
        Mode.SampleTime,
        new WorkloadParams(),
        TimeUnit.MICROSECONDS,
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
