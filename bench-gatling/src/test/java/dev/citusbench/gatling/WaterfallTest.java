package dev.citusbench.gatling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.citusbench.gatling.Sighting.Kind;
import dev.citusbench.results.Manifest.FaultPhase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WaterfallTest {
  private static final Instant OPENED = Instant.parse("2026-01-01T00:00:00Z");
  private final List<Sighting> seen = new ArrayList<>();

  private void saw(int millis, Kind kind, String subject, String state) {
    seen.add(new Sighting(OPENED.plusMillis(millis), kind, 1, subject, state));
  }

  private List<FaultPhase> phases(int firstWriteMillis) {
    return Waterfall.of(OPENED, 1, "worker1-a", seen, OPENED.plusMillis(firstWriteMillis));
  }

  @Test
  void thePhasesAddUpToTheFirstWrite() {
    saw(-100, Kind.LEADER, "worker1", "worker1-a");
    saw(50, Kind.MEMBER, "worker1-a", "none unreachable");
    saw(800, Kind.MEMBER, "worker1-a", "none stopped");
    saw(2000, Kind.LEADER, "worker1", "worker1-b");
    saw(2100, Kind.PROXY, "worker1-a", "DOWN");
    saw(2300, Kind.PROXY, "worker1-b", "UP");
    assertThat(phases(2450))
        .containsExactly(
            new FaultPhase("detect", 800),
            new FaultPhase("promote", 1200),
            new FaultPhase("proxy", 300),
            new FaultPhase("client", 150));
  }

  @Test
  void whatWasNotSeenIsLeftOutAndItsTimeIsInTheNextPhase() {
    saw(2000, Kind.LEADER, "worker1", "worker1-b");
    assertThat(phases(2450))
        .containsExactly(
            new FaultPhase("detect", 2000),
            new FaultPhase("promote", 0),
            new FaultPhase("client", 450));
  }

  @Test
  void aProxyThatWasThereBeforeThePrimaryTakesNoTime() {
    saw(500, Kind.MEMBER, "worker1-a", "none stopped");
    saw(1900, Kind.PROXY, "worker1-b", "UP");
    saw(2000, Kind.LEADER, "worker1", "worker1-b");
    assertThat(phases(2100))
        .containsExactly(
            new FaultPhase("detect", 500),
            new FaultPhase("promote", 1500),
            new FaultPhase("proxy", 0),
            new FaultPhase("client", 100));
  }
}
