package dev.citusbench.gatling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.citusbench.gatling.Sighting.Kind;
import dev.citusbench.gatling.Waterfall.Milestone;
import dev.citusbench.gatling.Waterfall.WriteOutage;
import dev.citusbench.results.Manifest.FaultPhase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class WaterfallTest {
  private static final Instant OPENED = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration WITHIN = Duration.ofMillis(20);

  private final List<Sighting> seen = new ArrayList<>();
  private final Map<String, Instant> noticed = new HashMap<>();
  private final Map<String, Instant> takesWrites = new HashMap<>();
  private final Map<String, Instant> synchronous = new HashMap<>();

  private @Nullable Instant undone;

  private static Instant at(int millis) {
    return OPENED.plusMillis(millis);
  }

  private void saw(int millis, Kind kind, String subject, String state) {
    seen.add(new Sighting(at(millis), WITHIN, kind, 1, subject, state));
  }

  private List<Milestone> milestones(boolean viaProxy, Milestone... metadata) {
    return Waterfall.milestones(
        OPENED,
        1,
        "worker1-a",
        seen,
        new Waterfall.Said(
            (member, from) -> Optional.ofNullable(noticed.get(member)),
            (member, from) -> Optional.ofNullable(takesWrites.get(member)),
            (member, from) ->
                Optional.ofNullable(synchronous.get(member)).filter(at -> !at.isBefore(from))),
        undone,
        metadata.length == 0 ? null : metadata[0],
        viaProxy);
  }

  private static List<String> shown(int from, int to, int lastShot, List<Milestone> milestones) {
    List<FaultPhase> phases =
        Waterfall.phases(
            OPENED, new WriteOutage(at(from), at(to), at(lastShot), WITHIN), milestones);
    assertThat(phases.stream().mapToDouble(FaultPhase::millis).sum())
        .as("all phases together are the outage")
        .isCloseTo(to - from, within(1e-6));
    return phases.stream().map(phase -> phase.name() + " " + (long) phase.millis()).toList();
  }

  private static Milestone metadata(int millis) {
    return new Milestone("metadata", at(millis), Waterfall.METADATA, WITHIN);
  }

  private void failsOver() {
    noticed.put("worker1-a", at(700));
    saw(-100, Kind.LEADER, "worker1", "worker1-a");
    saw(800, Kind.MEMBER, "worker1-a", "none stopped");
    saw(900, Kind.LEADER, "worker1", "");
    saw(1000, Kind.LEADER, "worker1", "worker1-b");
    takesWrites.put("worker1-b", at(1200));
  }

  @Test
  void thePhasesOfAWorkerOnCitusEndWithTheCoordinatorsMetadata() {
    failsOver();
    saw(1250, Kind.PROXY, "worker1-b", "UP");
    assertThat(shown(-15, 2_240, 2_220, milestones(false, metadata(2_200))))
        .containsExactly(
            "before 15",
            "detect 700",
            "release 200",
            "elect 100",
            "promote 200",
            "metadata 1000",
            "client 20",
            "unexplained 20");
  }

  @Test
  void elsewhereTheyEndWithHaproxy() {
    failsOver();
    saw(1100, Kind.PROXY, "worker1-a", "DOWN");
    saw(1250, Kind.PROXY, "worker1-b", "UP");
    assertThat(shown(-15, 1_270, 1_240, milestones(true)))
        .containsExactly(
            "before 15",
            "detect 700",
            "release 200",
            "elect 100",
            "promote 200",
            "proxy 50",
            "client 20",
            "unexplained 0");
  }

  @Test
  void aServerThatWasUpBeforeItTookWritesTakesNoTime() {
    failsOver();
    saw(1050, Kind.PROXY, "worker1-b", "UP");
    assertThat(shown(0, 1_210, 1_190, milestones(true))).contains("promote 200", "proxy 0");
  }

  @Test
  void aSilentNodeNoticesNothingAndItsLeaseRunsOut() {
    failsOver();
    noticed.put("worker1-a", at(30_000)); // woken up again
    seen.removeIf(sighting -> sighting.kind() == Kind.MEMBER);
    saw(950, Kind.MEMBER, "worker1-a", "none gone");
    assertThat(shown(0, 1_210, 1_200, milestones(true)))
        .containsExactly("lease 900", "elect 100", "promote 200", "client 10", "unexplained 0");
  }

  @Test
  void theMembersKeyTellsWhatALogDoesNot() {
    failsOver();
    noticed.clear();
    assertThat(milestones(true))
        .first()
        .isEqualTo(new Milestone("detect", at(800), Waterfall.ETCD, WITHIN));
  }

  @Test
  void whatWasNotSeenIsLeftOutAndItsTimeIsInTheNextPhase() {
    failsOver();
    takesWrites.clear();
    saw(1250, Kind.PROXY, "worker1-b", "UP");
    assertThat(shown(0, 1_260, 1_250, milestones(true)))
        .containsExactly(
            "detect 700", "release 200", "elect 100", "proxy 250", "client 10", "unexplained 0");
  }

  @Test
  void aMemberThatIsStartedWhereItWasIsNotElected() {
    noticed.put("worker1-a", at(700));
    takesWrites.put("worker1-a", at(1_500));
    assertThat(shown(0, 1_520, 1_500, milestones(true)))
        .containsExactly("detect 700", "restart 800", "client 20", "unexplained 0");
  }

  @Test
  void aFaultThatMakesNobodyElseThePrimaryLastsUntilItIsUndone() {
    noticed.put("worker1-a", at(700));
    undone = at(5_000);
    assertThat(shown(-10, 5_030, 5_010, milestones(true)))
        .containsExactly("before 10", "detect 700", "held 4300", "client 20", "unexplained 10");
    failsOver();
    undone = at(30_000);
    assertThat(shown(-10, 1_220, 1_210, milestones(true)))
        .doesNotContain("held 0")
        .contains("elect 100");
  }

  @Test
  void theOldPrimaryMayTakeTheKeyBackAndThenWaitForItsStandby() {
    failsOver();
    saw(26_000, Kind.LEADER, "worker1", "worker1-a");
    synchronous.put("worker1-a", at(29_900));
    assertThat(shown(0, 29_960, 29_950, milestones(false)))
        .containsExactly(
            "detect 700",
            "release 200",
            "elect 100",
            "promote 200",
            "retaken 24800",
            "synchronous 3900",
            "client 10",
            "unexplained 50");
    assertThat(shown(0, 29_960, 29_950, milestones(false, metadata(28_000))))
        .contains("promote 200", "retaken 24800", "metadata 2000", "synchronous 1900");
    assertThat(shown(0, 29_960, 29_950, milestones(false, metadata(29_940))))
        .contains("promote 200", "retaken 24800", "synchronous 3900", "metadata 40");
    assertThat(shown(0, 2_300, 2_300, milestones(false, metadata(2_200))))
        .as("writes did not wait for what came later")
        .containsExactly(
            "detect 700",
            "release 200",
            "elect 100",
            "promote 200",
            "metadata 1000",
            "client 0",
            "unexplained 100");
    synchronous.put("worker1-a", at(25_999));
    assertThat(shown(0, 29_960, 29_950, milestones(false)))
        .as("a standby that it had before it took the key is not waited for")
        .contains("retaken 24800", "unexplained 3950");
  }

  @Test
  void aServerOnItsWayDownIsNotUp() {
    failsOver();
    saw(1220, Kind.PROXY, "worker1-b", "UP 1/2");
    saw(1250, Kind.PROXY, "worker1-b", "UP");
    assertThat(shown(0, 1_260, 1_250, milestones(true))).contains("proxy 50");
  }

  @Test
  void whatCameBeforeTheOutageTakesNoTimeOfIt() {
    failsOver();
    assertThat(shown(850, 1_210, 1_200, milestones(true)))
        .containsExactly(
            "detect 0", "release 50", "elect 100", "promote 200", "client 10", "unexplained 0");
  }

  @Test
  void writesDidNotWaitForWhatWasSeenAfterTheySucceeded() {
    failsOver();
    assertThat(shown(0, 1_210, 1_200, milestones(false, metadata(9_000))))
        .doesNotContain("metadata 10")
        .endsWith("client 10", "unexplained 0");
  }

  @Test
  void anOutageThatNothingExplainsIsUnexplained() {
    assertThat(shown(-5, 1_000, 990, List.of()))
        .containsExactly("before 5", "client 10", "unexplained 990");
  }
}
