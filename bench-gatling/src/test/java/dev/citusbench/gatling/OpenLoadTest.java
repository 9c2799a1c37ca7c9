package dev.citusbench.gatling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.citusbench.results.BenchException;
import dev.citusbench.results.Contribution;
import dev.citusbench.results.Engine;
import dev.citusbench.results.Manifest;
import dev.citusbench.results.RunFolder;
import dev.citusbench.results.RunKind;
import dev.citusbench.results.RuntimeKind;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OpenLoadTest {
  private static final Manifest HEAD =
      new Manifest(
          Manifest.SCHEMA,
          "",
          RunKind.GATLING,
          true,
          List.of(),
          Instant.EPOCH,
          1,
          new Manifest.EngineVersion(Engine.SINGLE, "15"),
          RuntimeKind.NATIVE,
          new Manifest.Versions("15", "3", "3", "2", "17", "0"),
          new Manifest.Topology(0, 2, 1),
          "ha-default",
          1,
          new Manifest.Machine("a processor", 2, 1L << 30, "6.1", 0),
          new Manifest.Dataset(1, Map.of(), 0, 0),
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          null,
          List.of());

  @TempDir Path folder;

  private Path run(List<String> reasons) {
    RunFolder run = RunFolder.create(folder.resolve("runs"), HEAD);
    run.contribute("gatling", new Contribution(List.of(), List.of(), reasons));
    return run.complete(HEAD);
  }

  @Test
  void aRunThatNobodyFoundInvalidEndsWell() {
    Path run = run(List.of());
    OpenLoad.requireValid(run);
    assertThat(run).isDirectory();
  }

  @Test
  void whatOthersThanTheLoadFoundAgainstTheRunIsNoGoodEndEither() {
    RunFolder run = RunFolder.create(folder.resolve("runs"), HEAD);
    run.contribute("gatling", Contribution.of(List.of()));
    run.contribute("invalid", Contribution.invalid("plan guard: lookup-order ran as local"));
    Path complete = run.complete(HEAD);
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> OpenLoad.requireValid(complete))
        .withMessage("the run is invalid: plan guard: lookup-order ran as local")
        .satisfies(e -> assertThat(e.kind()).isEqualTo(BenchException.Kind.INVALID_RUN));
  }

  @Test
  void whatTheLoadItselfFoundIsNamedToo() {
    Path run = run(List.of("gatling: late"));
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> OpenLoad.requireValid(run))
        .withMessage("the run is invalid: gatling: late");
  }
}
