package dev.citusbench.jmh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.citusbench.jmh.Benchmarks.Case;
import dev.citusbench.results.BenchException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.TimeValue;

class ProfileTest {
  private static final List<String> AVAILABLE = Benchmarks.operations();

  private static List<Options> passes(boolean quick, List<String> unsupported, String... line)
      throws Exception {
    return Profile.passes(
        new CommandLineOptions(line),
        quick,
        AVAILABLE,
        Profile.ROUTES,
        unsupported,
        List.of("-Dbench.seed=7"));
  }

  @Test
  void aFullRunMeasuresEverythingOverBothRoutesInBothModes() throws Exception {
    List<Options> passes = passes(false, List.of());

    assertThat(passes.stream().flatMap(pass -> Benchmarks.cases(pass).stream()))
        .hasSize(AVAILABLE.size() * 2 * 2)
        .doesNotHaveDuplicates()
        .contains(
            new Case("lookup-order", "direct", Mode.SampleTime),
            new Case("copy-events", "writer", Mode.Throughput));
  }

  @Test
  void aQuickRunMeasuresTheFloorOverBothRoutesFirstAndEveryOperationOnce() throws Exception {
    List<Case> cases =
        passes(true, List.of()).stream().flatMap(pass -> Benchmarks.cases(pass).stream()).toList();

    assertThat(cases)
        .startsWith(
            new Case("floor", "writer", Mode.SampleTime),
            new Case("floor", "direct", Mode.SampleTime))
        .doesNotHaveDuplicates();
    assertThat(cases).extracting(Case::operation).containsAll(AVAILABLE);
    assertThat(cases).hasSizeLessThanOrEqualTo(20);
  }

  @Test
  void theFloorIsMeasuredBesideWhatIsChosenUnlessExcluded() throws Exception {
    assertThat(Benchmarks.cases(passes(false, List.of(), "top-tenants").get(0)))
        .extracting(Case::operation)
        .containsOnly("floor", "top-tenants");
    assertThat(Benchmarks.cases(passes(false, List.of(), "top-tenants", "-e", "floor").get(0)))
        .extracting(Case::operation)
        .containsOnly("top-tenants");
  }

  @Test
  void ratesAreASecondUnlessAUnitIsAsked() throws Exception {
    assertThat(passes(false, List.of(), "-bm", "thrpt").get(0).getTimeUnit().get())
        .isEqualTo(TimeUnit.SECONDS);
    assertThat(passes(false, List.of(), "-bm", "thrpt", "-tu", "ms").get(0).getTimeUnit().get())
        .isEqualTo(TimeUnit.MILLISECONDS);
  }

  @Test
  void theNameOfAnOperationChoosesItAlone() throws Exception {
    assertThat(Benchmarks.cases(passes(false, List.of(), "insert-event").get(0)))
        .extracting(Case::operation)
        .containsOnly("floor", "insert-event");
  }

  @Test
  void whatTheEngineCannotDoIsLeftOut() throws Exception {
    for (boolean quick : List.of(true, false)) {
      for (Options pass : passes(quick, List.of("place-order"))) {
        assertThat(Benchmarks.cases(pass))
            .extracting(Case::operation)
            .doesNotContain("place-order");
      }
    }
  }

  @Test
  void theCommandLineWinsOverTheQuickProfile() throws Exception {
    Options pass =
        passes(true, List.of(), "floor", "-f", "2", "-r", "5s", "-jvmArgsAppend", "-Xmx128m")
            .get(0);

    assertThat(pass.getForkCount().get()).isEqualTo(2);
    assertThat(pass.getMeasurementTime().get()).isEqualTo(TimeValue.seconds(5));
    assertThat(pass.getWarmupIterations().get()).isEqualTo(1);
    assertThat(pass.getJvmArgsAppend().get()).containsExactly("-Xmx128m", "-Dbench.seed=7");
  }

  @Test
  void anUnknownBenchmarkOrRouteIsNamedWithTheNearest() {
    assertThatThrownBy(() -> passes(false, List.of(), "lookup-ordr"))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("unknown benchmark 'lookup-ordr': did you mean 'lookup-order'?");
    assertThatThrownBy(() -> passes(false, List.of(), "floor", "-p", "route=wirter"))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("unknown route 'wirter': did you mean 'writer'?");
    assertThatThrownBy(() -> passes(false, List.of(), "["))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("'[' is no regular expression");
  }

  @Test
  void routesThatAreNotThereAreLeftOutOrRefused() throws Exception {
    for (boolean quick : List.of(true, false)) {
      List<Options> passes =
          Profile.passes(
              new CommandLineOptions(), quick, AVAILABLE, List.of("writer"), List.of(), List.of());
      assertThat(passes.stream().flatMap(pass -> Benchmarks.cases(pass).stream()))
          .extracting(Case::route)
          .containsOnly("writer");
    }
    CommandLineOptions direct = new CommandLineOptions("-p", "route=direct");
    assertThatThrownBy(
            () -> Profile.passes(direct, true, AVAILABLE, List.of("writer"), List.of(), List.of()))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("unknown route 'direct'");
  }
}
