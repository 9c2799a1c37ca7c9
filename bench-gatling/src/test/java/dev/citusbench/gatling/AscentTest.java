package dev.citusbench.gatling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.citusbench.gatling.Ascent.Repetition;
import dev.citusbench.results.Endurance;
import dev.citusbench.results.Manifest.LeaderChange;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AscentTest {
  private static final LeaderChange CHANGE =
      new LeaderChange(1, 2, Instant.EPOCH, "worker1-a", "worker1-b");

  private static final Duration HELD = Duration.ofMillis(7);

  private final Ascent ascent = new Ascent(List.of(10L, 20L, 30L), 2);

  private void bore(long value) {
    ascent.add(value, "worker1-a", new Repetition(0, 10, HELD, List.of(), true));
  }

  private void broke(long value, String member) {
    ascent.add(value, member, new Repetition(20, 30, HELD, List.of(CHANGE), true));
  }

  @Test
  void eachStepIsDoneAsOftenAsAskedForBeforeTheNext() {
    assertThat(ascent.next()).isEqualTo(10);
    bore(10);
    assertThat(ascent.next()).isEqualTo(10);
    bore(10);
    assertThat(ascent.next()).isEqualTo(20);
  }

  @Test
  void itEndsAfterAllRepetitionsOfTheFirstStepInWhichALeaderChanged() {
    bore(10);
    bore(10);
    broke(20, "worker1-a");
    assertThat(ascent.next()).as("the second repetition").isEqualTo(20);
    ascent.add(20, "worker1-b", new Repetition(40, 50, HELD, List.of(), true));
    assertThat(ascent.next()).isNull();
    assertThat(ascent.members()).isEqualTo("worker1-a worker1-b");
    assertThat(ascent.changes()).containsExactly(CHANGE);
  }

  @Test
  void aRepetitionAfterWhichTheClusterDidNotRecoverIsNotBorne() {
    bore(10);
    ascent.add(10, "worker1-a", new Repetition(20, 30, HELD, List.of(), false));
    assertThat(ascent.next()).isNull();
    assertThat(ascent.steps(new DueRequests(completed -> Scope.UNKNOWN)))
        .singleElement()
        .satisfies(step -> assertThat(step.notRecovered()).isEqualTo(1))
        .satisfies(step -> assertThat(step.changed()).isZero());
  }

  @Test
  void itEndsAtTheEndOfTheLadder() {
    for (long value : List.of(10L, 20L, 30L)) {
      bore(value);
      bore(value);
    }
    assertThat(ascent.next()).isNull();
    assertThat(ascent.changes()).isEmpty();
  }

  @Test
  void requestsBelongToTheStepInWhichTheyWereDue() {
    DueRequests requests = new DueRequests(completed -> Scope.UNKNOWN);
    requests.accept(new Completed("lookup-order", 0, 5, 5, 5L, 5L, 99, null));
    requests.accept(new Completed("lookup-order", 1, 25, 25, 25L, 25L, 26, "08006"));
    requests.accept(new Completed("lookup-order", 2, 15, 15, 15L, 15L, 16, "08006"));
    bore(10);
    broke(20, "worker1-a");
    assertThat(ascent.steps(requests))
        .containsExactly(
            new Endurance.Step(10, 1, 0, 0, List.of(), 1, 0, 7.0),
            new Endurance.Step(20, 1, 1, 0, List.of(CHANGE), 1, 1, 7.0));
  }
}
