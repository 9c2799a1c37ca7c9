package dev.citusbench.gatling.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class LeftOversTest {
  private static final Instant RECOVERED = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant BEFORE = RECOVERED.minusSeconds(5);

  private final LeftOvers leftOvers = new LeftOvers();

  private static Instant after(long seconds) {
    return RECOVERED.plusSeconds(seconds);
  }

  @Test
  void whatIsThereASecondAfterItWasPreparedIsLeftOverUntilItIsGone() {
    leftOvers.look(after(2), 1, Map.of("a", BEFORE, "b", BEFORE));
    leftOvers.look(after(3), 1, Map.of("b", BEFORE));
    assertThat(leftOvers.areThere()).isTrue();
    assertThat(leftOvers.gone()).isEmpty();
    leftOvers.look(after(4), 1, Map.of());
    leftOvers.look(after(5), 1, Map.of());
    assertThat(leftOvers.count()).isEqualTo(2);
    assertThat(leftOvers.areThere()).isFalse();
    assertThat(leftOvers.gone()).contains(after(4));
  }

  @Test
  void theLoadsOwnAreNot() {
    leftOvers.look(after(0), 1, Map.of("ended a moment later", after(0).minusMillis(999)));
    leftOvers.look(after(2), 1, Map.of("began just now", after(2)));
    leftOvers.look(after(3), 1, Map.of());
    assertThat(leftOvers.count()).isZero();
    assertThat(leftOvers.gone()).isEmpty();
  }

  @Test
  void theSameNameOnTwoGroupsIsTwo() {
    leftOvers.look(after(2), 1, Map.of("a", BEFORE));
    leftOvers.look(after(2), 2, Map.of("a", BEFORE));
    leftOvers.look(after(3), 1, Map.of());
    assertThat(leftOvers.count()).isEqualTo(2);
    assertThat(leftOvers.areThere()).isTrue();
  }
}
