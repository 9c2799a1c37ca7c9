package dev.citusbench.gatling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.citusbench.cluster.FaultKind;
import dev.citusbench.cluster.FaultTarget;
import dev.citusbench.cluster.Promotion;
import dev.citusbench.gatling.LeaderChanges.Opened;
import dev.citusbench.results.Manifest.LeaderChange;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class LeaderChangesTest {
  private static final Map<Integer, Long> TIMELINES = Map.of(0, 1L, 1, 2L);
  private static final Map<Integer, String> LEADERS = Map.of(0, "coordinator-a", 1, "worker1-b");

  private static Instant second(long second) {
    return Instant.EPOCH.plusSeconds(second);
  }

  private static Promotion promotion(int group, long timeline, @Nullable Long second, String to) {
    return new Promotion(group, timeline, second == null ? null : second(second), to);
  }

  private static Opened fault(FaultKind kind, FaultTarget target, long from, long until) {
    return new Opened(kind, target, second(from), second(until));
  }

  private static List<LeaderChange> unasked(List<Promotion> promotions, Opened... faults) {
    return LeaderChanges.unasked(promotions, TIMELINES, LEADERS, List.of(faults));
  }

  @Test
  void whatWasBeforeTheLoadIsNotCounted() {
    assertThat(unasked(List.of(promotion(1, 2, 5L, "worker1-b")))).isEmpty();
  }

  @Test
  void aFaultExplainsTheFirstPromotionOfItsGroup() {
    Opened fault = fault(FaultKind.KILL_NODE, FaultTarget.primaryOf(1), 10, 60);
    assertThat(
            unasked(
                List.of(promotion(1, 3, 30L, "worker1-a"), promotion(1, 4, 40L, "worker1-b")),
                fault))
        .containsExactly(new LeaderChange(1, 4, second(40), "worker1-a", "worker1-b"));
  }

  @Test
  void anotherGroupAnotherTimeAndAFaultOfNoPrimaryExplainNothing() {
    Promotion seen = promotion(1, 3, 30L, "worker1-a");
    LeaderChange change = new LeaderChange(1, 3, second(30), "worker1-b", "worker1-a");
    assertThat(unasked(List.of(seen))).containsExactly(change);
    assertThat(unasked(List.of(seen), fault(FaultKind.KILL_NODE, FaultTarget.primaryOf(0), 10, 60)))
        .containsExactly(change);
    assertThat(unasked(List.of(seen), fault(FaultKind.KILL_NODE, FaultTarget.primaryOf(1), 10, 20)))
        .containsExactly(change);
    assertThat(
            unasked(List.of(seen), fault(FaultKind.LOSE_STANDBY, FaultTarget.standbyOf(1), 10, 60)))
        .containsExactly(change);
    assertThat(unasked(List.of(seen), fault(FaultKind.KILL_HAPROXY, FaultTarget.PROXY, 10, 60)))
        .containsExactly(change);
  }

  @Test
  void etcdExplainsOneOfEachGroup() {
    assertThat(
            unasked(
                List.of(promotion(0, 2, 30L, "coordinator-b"), promotion(1, 3, 30L, "worker1-a")),
                fault(FaultKind.KILL_ETCD_QUORUM, FaultTarget.ETCD, 10, 60)))
        .isEmpty();
  }

  @Test
  void aFaultThatTheClusterDidNotRecoverFromExplainsUntilTheEnd() {
    assertThat(
            unasked(
                List.of(promotion(1, 3, 3_000L, "worker1-a")),
                new Opened(FaultKind.KILL_NODE, FaultTarget.primaryOf(1), second(10), null)))
        .isEmpty();
  }

  @Test
  void aPromotionAtAnUnknownTimeIsExplainedByNothing() {
    assertThat(
            unasked(
                List.of(promotion(1, 3, null, "")),
                fault(FaultKind.KILL_NODE, FaultTarget.primaryOf(1), 10, 60)))
        .containsExactly(new LeaderChange(1, 3, null, "worker1-b", ""));
  }
}
