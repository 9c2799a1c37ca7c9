package dev.citusbench.results;

import static org.assertj.core.api.Assertions.assertThat;

import dev.citusbench.results.Endurance.Step;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EnduranceTest {
  private static final Instant AT = Instant.parse("2026-03-01T10:00:00Z");
  private static final Manifest.LeaderChange CHANGE =
      new Manifest.LeaderChange(1, 2, AT, "worker1-a", "worker1-b");

  private static Step bore(long value) {
    return new Step(value, 2, 0, 0, List.of(), 1_000, 3, 500.0);
  }

  private static Step broke(long value) {
    return new Step(value, 2, 1, 0, List.of(CHANGE), 2_000, 41, 500.0);
  }

  static Endurance pause(Step... steps) {
    return Endurance.of(
        "pause",
        "worker1",
        "worker1-a",
        "ms",
        AT,
        2,
        null,
        4_000,
        List.of(500L, 5_000L, 15_000L),
        List.of(steps));
  }

  private static Endurance load(Step... steps) {
    return Endurance.of(
        "load",
        "machine",
        "machine",
        "processes/core",
        AT,
        2,
        21_000L,
        4_000,
        List.of(1L, 2L),
        List.of(steps));
  }

  @Test
  void theLargestBorneIsTheLastBeforeTheFirstThatWasNot() {
    Endurance seen = pause(bore(500), bore(5_000), broke(15_000));
    assertThat(seen.borne()).isEqualTo(5_000);
    assertThat(seen.notBorne()).isEqualTo(15_000);
    assertThat(seen.figure()).isEqualTo("5 s");
    assertThat(seen.sentence())
        .isEqualTo(
            "A pause of 5 s of worker1 was borne 2 of 2 times; under 15 s a leader changed unasked"
                + " in 1 of 2 (worker1).");
  }

  @Test
  void aLadderThatIsBorneToItsEndHasNoSmallestThatWasNot() {
    Endurance seen = load(bore(1), bore(2));
    assertThat(seen.borne()).isEqualTo(2);
    assertThat(seen.notBorne()).isNull();
    assertThat(seen.figure()).isEqualTo("≥ 2 processes/core");
    assertThat(seen.sentence()).endsWith("2 of 2 times, which is the end of the ladder.");
  }

  @Test
  void whereTheFirstStepIsNotBorneNothingIs() {
    Endurance seen = pause(broke(500));
    assertThat(seen.borne()).isNull();
    assertThat(seen.notBorne()).isEqualTo(500);
    assertThat(seen.figure()).isEqualTo("under 500 ms");
    assertThat(seen.sentence())
        .isEqualTo(
            "Under a pause of 500 ms of worker1 a leader changed unasked in 1 of 2 (worker1).");
  }

  @Test
  void aStepThatWasCutShortWithoutALeaderChangeIsNotBorne() {
    Endurance seen = pause(bore(500), new Step(5_000, 1, 0, 0, List.of(), 500, 0, 500.0));
    assertThat(seen.borne()).isEqualTo(500);
    assertThat(seen.notBorne()).isNull();
    assertThat(seen.sentence()).doesNotContain("end of the ladder");
  }

  @Test
  void aStepAfterWhichTheClusterDidNotRecoverIsNotBorne() {
    Endurance seen = pause(bore(500), new Step(5_000, 2, 0, 1, List.of(), 500, 0, 500.0));
    assertThat(seen.borne()).isEqualTo(500);
    assertThat(seen.notBorne()).isEqualTo(5_000);
    assertThat(seen.sentence())
        .endsWith("; under 5 s the cluster did not recover in time in 1 of 2.");
  }

  @Test
  void withoutAStepNothingIsSaid() {
    assertThat(pause().figure()).isEqualTo("not tried");
    assertThat(pause().sentence()).isEqualTo("No step of pause of worker1 was carried out.");
  }

  private static Run run(Path folder) {
    Manifest head = Manifests.head(AT);
    RunFolder runFolder = RunFolder.create(folder, head);
    runFolder.contribute(
        "endurance",
        new Contribution(List.of(), List.of(), List.of())
            .withUnasked(List.of())
            .withEndurance(List.of(pause(bore(500), bore(5_000), broke(15_000)), load(bore(1)))));
    return Run.read(runFolder.complete(head));
  }

  @Test
  void aRunKeepsWhatWasBorne(@TempDir Path folder) {
    List<Endurance> read = run(folder).manifest().endurance();
    assertThat(read).containsExactly(pause(bore(500), bore(5_000), broke(15_000)), load(bore(1)));
    assertThat(run(folder).manifest().unaskedLeaderChanges()).isEmpty();
  }

  @Test
  void theTextHasEveryStepAndWhatFollows(@TempDir Path folder) {
    String text = RunText.plain().show(run(folder));
    assertThat(text)
        .contains("Borne without a failover: pause of worker1")
        .containsPattern("pause of worker1 +done +leader changed +groups +requests +failed")
        .containsPattern("500 ms +2 of 2 +no +– +1,000 +3")
        .containsPattern("15 s +2 of 2 +1 of 2 +worker1 +2,000 +41")
        .containsPattern("1 processes/core +2 of 2 +no")
        .contains("Outside of these steps no leader changed.");
  }

  @Test
  void theReportHasItToo(@TempDir Path folder) {
    ReportData data = ReportData.of(run(folder));
    assertThat(data.manifest().endurance()).hasSize(2);
    assertThat(data.endured()).hasSize(2).first().asString().startsWith("A pause of 5 s");
    assertThat(data.enduranceApart()).isEqualTo("Outside of these steps no leader changed.");
  }

  @Test
  void changesOutsideOfTheStepsAreToldApart() {
    Manifest head = Manifests.head(AT);
    assertThat(EnduranceText.apart(head)).contains("not known");
    assertThat(EnduranceText.apart(head.withUnaskedLeaderChanges(List.of(CHANGE))))
        .startsWith("Outside of these steps leaders changed too: Leader changes")
        .contains("worker1: worker1-b after worker1-a");
  }

  @Test
  void aStepThatWasRecordedWithoutItsLengthIsRead(@TempDir Path folder) {
    Path file = folder.resolve("step.json");
    Step step = bore(500);
    String line = Json.line(step);
    assertThat(line).contains("\"shortestMillis\":500.0");
    Json.writeAtomically(file, line.replace(",\"shortestMillis\":500.0", ""));
    assertThat(Json.read(file, Step.class))
        .isEqualTo(new Step(500, 2, 0, 0, List.of(), 1_000, 3, null));
  }
}
