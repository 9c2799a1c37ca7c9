package dev.citusbench.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

  @TempDir Path results;

  private Path runs() {
    return results.resolve("runs");
  }

  private static List<String> names(Path dir) throws IOException {
    try (Stream<Path> files = Files.list(dir)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void theFolderIsNamedByTimeKindEngineAndTuning() {
    RunFolder folder = RunFolder.create(runs(), Manifests.head(START));
    assertThat(folder.id()).isEqualTo("20260301T100000Z-run-citus-ha-default");
    assertThat(folder.dir())
        .isEqualTo(runs().resolve(".20260301T100000Z-run-citus-ha-default.partial"));
  }

  @Test
  void twoRunsOfTheSameSecondDoNotCollide() {
    RunFolder first = RunFolder.create(runs(), Manifests.head(START));
    RunFolder second = RunFolder.create(runs(), Manifests.head(START));
    first.complete(Manifests.head(START));
    RunFolder third = RunFolder.create(runs(), Manifests.head(START));
    assertThat(List.of(first.id(), second.id(), third.id())).doesNotHaveDuplicates();
    second.complete(Manifests.head(START));
    third.complete(Manifests.head(START));
    assertThat(Runs.at(runs()).list()).hasSize(3);
  }

  @Test
  void fromItsFirstMomentTheManifestSaysInterrupted() {
    RunFolder folder = RunFolder.create(runs(), Manifests.head(START));
    Manifest manifest = Run.read(folder.dir()).manifest();
    assertThat(manifest.valid()).isFalse();
    assertThat(manifest.invalidReasons()).containsExactly(RunFolder.INTERRUPTED);
    assertThat(manifest.id()).isEqualTo(folder.id());
  }

  @Test
  void partsOfSeveralProcessesBecomeOneRun() throws IOException {
    RunFolder folder = RunFolder.create(runs(), Manifests.head(START));
    RunFolder child = RunFolder.join(folder.dir());
    try (LatencyLog log = child.latencyLog("gatling")) {
      log.phase(Phase.STEADY);
      log.record("lookup-order", TimePart.RESPONSE, Outcome.OK, 1_000_000);
    }
    try (LatencyLog log = folder.latencyLog("probe")) {
      log.record("top-tenants", TimePart.RESPONSE, Outcome.OK, 5_000_000);
    }
    child.contribute("gatling", Contribution.of(List.of(Manifests.row("lookup-order", 1_000_000))));
    child.contribute("gatling", Contribution.of(List.of(Manifests.row("top-tenants", 9_000_000))));
    child.events().append(START, "leader changed", Map.of("group", 1));
    child.leave();

    Path complete = folder.complete(Manifests.head(START));

    assertThat(names(complete))
        .containsExactly("events.jsonl", "latency.hlog", "report.html", "run.json");
    Run run = Run.read(complete);
    assertThat(run.manifest().valid()).isTrue();
    assertThat(run.manifest().operations())
        .extracting(Manifest.OperationResult::name)
        .containsExactly("lookup-order", "top-tenants");
    assertThat(LatencyHistory.totals(run.latency()).keySet())
        .extracting(Series::tag)
        .containsExactly("lookup-order/response/ok", "top-tenants/response/ok");
    assertThat(EventLog.read(run.events()))
        .extracting(Event::event)
        .contains("leader changed", "phase");
    assertThat(Files.readSymbolicLink(results.resolve("latest")))
        .isEqualTo(Path.of("runs", folder.id()));
    assertThat(names(runs())).containsExactly(folder.id());
  }

  @Test
  void rowsOfEveryPartStayWithTheFaultsOfThatPart() throws IOException {
    RunFolder folder = RunFolder.create(runs(), Manifests.head(START));
    Manifest sample =
        Run.read(SampleRun.write(results.resolve("others"), SampleRun.head())).manifest();
    Manifest.OperationResult row =
        sample.operations().stream().filter(each -> each.fault() != null).findFirst().orElseThrow();
    Manifest.FaultResult fault = sample.faults().get(0);
    folder.contribute("first", new Contribution(List.of(row), List.of(fault, fault), List.of()));
    folder.contribute("second", new Contribution(List.of(row), List.of(fault), List.of()));
    Manifest manifest = Run.read(folder.complete(Manifests.head(START))).manifest();
    assertThat(manifest.faults()).hasSize(3);
    assertThat(manifest.operations())
        .extracting(Manifest.OperationResult::fault)
        .containsExactly(0, 2);
  }

  @Test
  void oneReasonOfOnePartMakesTheRunInvalid() {
    RunFolder folder = RunFolder.create(runs(), Manifests.head(START));
    folder.contribute("gatling", Contribution.invalid("3 requests were dropped"));
    Manifest manifest = Run.read(folder.complete(Manifests.head(START))).manifest();
    assertThat(manifest.valid()).isFalse();
    assertThat(manifest.invalidReasons()).containsExactly("3 requests were dropped");
  }

  @Test
  void aRunWhoseWriterLivesIsNotRecovered() {
    RunFolder folder = RunFolder.create(runs(), Manifests.head(START));
    assertThat(RunFolder.recover(runs())).isEmpty();
    assertThat(folder.dir()).exists();
  }

  @Test
  void aRunWhoseWriterWasKilledIsKeptAndInvalid() throws Exception {
    RunFolder folder = RunFolder.create(runs(), Manifests.head(START));
    LatencyLog log = folder.latencyLog("gatling");
    log.record("lookup-order", TimePart.RESPONSE, Outcome.OK, 1_000_000);
    log.tick();
    folder.contribute("jmh", Contribution.of(List.of(Manifests.row("floor", 100_000))));
    folder.events().append(START.plusSeconds(90), Event.FAULT_OPENED, Map.of());
    Process gone = new ProcessBuilder("true").start();
    gone.waitFor();
    Files.writeString(
        folder.dir().resolve("writer.json"), "{\"pid\": " + gone.pid() + ", \"startedMillis\": 1}");

    assertThat(RunFolder.recover(runs())).containsExactly(folder.id());

    Run run = Runs.at(runs()).find(folder.id());
    assertThat(run.manifest().valid()).isFalse();
    assertThat(run.manifest().invalidReasons()).containsExactly(RunFolder.INTERRUPTED);
    assertThat(run.manifest().durationSeconds()).isEqualTo(90);
    assertThat(run.manifest().operations()).hasSize(1);
    assertThat(LatencyHistory.totals(run.latency())).hasSize(1);
    assertThat(RunFolder.recover(runs())).isEmpty();
  }

  @Test
  void damagedFoldersAreKeptAndDoNotKeepTheOthersFromBeingRecovered() throws Exception {
    RunFolder badManifest = abandoned("badmanifest", "run.json", "{");
    RunFolder badWriter = abandoned("badwriter", "writer.json", "{");
    RunFolder badPart = abandoned("badpart", "part-jmh.json", "[]");
    RunFolder badLog = abandoned("badlog", "latency-gatling.hlog", "Tag=a/b,1,2\nnonsense\n");
    RunFolder good = abandoned("good", "notes.txt", "");

    assertThat(RunFolder.recover(runs()))
        .contains(badWriter.id(), badPart.id(), badLog.id(), good.id());

    assertThat(Runs.at(runs()).list()).hasSize(4).noneMatch(run -> run.manifest().valid());
    assertThat(Runs.at(runs()).find(badPart.id()).manifest().invalidReasons())
        .anyMatch(reason -> reason.contains("part-jmh.json"));
    assertThat(Runs.at(runs()).broken())
        .singleElement()
        .satisfies(e -> assertThat(e.getMessage()).contains(badManifest.id()));
    assertThat(RunFolder.recover(runs())).isEmpty();
  }

  private RunFolder abandoned(String tuning, String file, String text) throws Exception {
    RunFolder folder = RunFolder.create(runs(), Manifests.head(START, tuning));
    folder.leave();
    Files.writeString(folder.dir().resolve("writer.json"), "{\"pid\": 1, \"startedMillis\": 1}");
    Files.writeString(folder.dir().resolve(file), text);
    return folder;
  }

  @Test
  void recoveringWhereNothingEverRanDoesNothing() {
    assertThat(RunFolder.recover(runs())).isEmpty();
  }

  @Test
  void onlyTheCreatorCompletesAndOnlyPartialFoldersAreJoined() {
    RunFolder folder = RunFolder.create(runs(), Manifests.head(START));
    RunFolder child = RunFolder.join(folder.dir());
    assertThatIllegalStateException()
        .isThrownBy(() -> child.complete(Manifests.head(START)))
        .withMessageContaining("was joined");
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> RunFolder.join(results))
        .withMessageContaining("cannot join");
  }

  @Test
  void aFileThatBearsTheNameOfTheLinkIsLeftAlone() throws IOException {
    Files.writeString(results.resolve("latest"), "mine");
    RunFolder.create(runs(), Manifests.head(START)).complete(Manifests.head(START));
    assertThat(results.resolve("latest")).hasContent("mine");
  }
}
