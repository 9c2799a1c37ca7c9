package dev.citusbench.gatling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.citusbench.cluster.Observation;
import dev.citusbench.cluster.Promotion;
import dev.citusbench.gatling.Leaders.Leader;
import dev.citusbench.results.BenchException;
import dev.citusbench.results.Manifest.LeaderChange;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class LeadersTest {
  private static final Instant AT = Instant.parse("2026-03-01T10:00:00Z");

  private static final Leaders BEFORE =
      new Leaders(Map.of(0, new Leader("coordinator-a", 1), 1, new Leader("worker1-a", 3)));

  private static Leaders later(String worker, long timeline) {
    return new Leaders(Map.of(0, new Leader("coordinator-a", 1), 1, new Leader(worker, timeline)));
  }

  @Test
  void nothingChangedWhereTheTimelinesAreTheSame() {
    List<Promotion> old = List.of(new Promotion(1, 3, AT, "worker1-a"));
    assertThat(BEFORE.changesTo(later("worker1-a", 3), old)).isEmpty();
  }

  @Test
  void aPromotionHasTheTimeThatPatroniKnows() {
    assertThat(
            BEFORE.changesTo(later("worker1-b", 4), List.of(new Promotion(1, 4, AT, "worker1-b"))))
        .containsExactly(new LeaderChange(1, 4, AT, "worker1-a", "worker1-b"));
  }

  @Test
  void aPromotionThatIsNotInTheHistoryYetIsSeenAllTheSame() {
    assertThat(BEFORE.changesTo(later("worker1-b", 4), List.of()))
        .containsExactly(new LeaderChange(1, 4, null, "worker1-a", "worker1-b"));
  }

  @Test
  void theSameLeaderOnANewTimelineIsAChange() {
    assertThat(BEFORE.changesTo(later("worker1-a", 4), List.of()))
        .containsExactly(new LeaderChange(1, 4, null, "worker1-a", "worker1-a"));
  }

  @Test
  void ofTwoPromotionsEachIsAChange() {
    List<Promotion> history =
        List.of(new Promotion(1, 4, null, ""), new Promotion(1, 5, AT, "worker1-a"));
    assertThat(BEFORE.changesTo(later("worker1-a", 5), history))
        .containsExactly(
            new LeaderChange(1, 4, null, "worker1-a", ""),
            new LeaderChange(1, 5, AT, "", "worker1-a"));
  }

  private static Observation.LeaderChanged key(String from, String to) {
    return new Observation.LeaderChanged(AT, Duration.ofMillis(1), 1, from, to);
  }

  @Test
  void aLeaderKeyThatWasTakenAndTakenBackIsTwoChangesThoughTheTimelineIsTheOldOne() {
    assertThat(
            BEFORE.with(
                List.of(),
                List.of(key("worker1-a", ""), key("", "worker1-b"), key("worker1-b", "worker1-a"))))
        .containsExactly(
            new LeaderChange(1, 0, AT, "worker1-a", "worker1-b"),
            new LeaderChange(1, 0, AT, "worker1-b", "worker1-a"));
  }

  @Test
  void aLeaderKeyThatWasLetGoAndTakenByTheSameIsNoChange() {
    assertThat(BEFORE.with(List.of(), List.of(key("worker1-a", ""), key("", "worker1-a"))))
        .isEmpty();
  }

  @Test
  void aPromotionWhoseKeyWasSeenTooIsOneChange() {
    List<LeaderChange> changes = BEFORE.changesTo(later("worker1-b", 4), List.of());
    assertThat(BEFORE.with(changes, List.of(key("", "worker1-b")))).isEqualTo(changes);
  }

  @Test
  void aGroupThatAnswersLateIsAskedAgain() {
    Iterator<Leaders> answers =
        List.of(new Leaders(Map.of(0, new Leader("coordinator-a", 1))), BEFORE).iterator();
    assertThat(Leaders.whole(answers::next, 2, Duration.ofSeconds(10))).isEqualTo(BEFORE);
  }

  @Test
  void aGroupThatNeverAnswersIsAnError() {
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> Leaders.whole(() -> BEFORE, 3, Duration.ZERO))
        .withMessageContaining("2 of 3 groups");
  }

  @Test
  void ofAGroupWithoutAPrimaryNothingIsKnown() {
    assertThat(BEFORE.changesTo(new Leaders(Map.of()), List.of())).isEmpty();
  }
}
