package dev.citusbench.gatling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.citusbench.gatling.probe.Outages.Gap;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FaultWatchTest {
  @Test
  void theOutageEndsWithThatOfTheLastStream() {
    FaultWatch watch =
        FaultWatch.of(
            0, 100, List.of(new Gap(90, 700, true), new Gap(300, 500, true)), 900, 2_000, 1);
    assertThat(watch.outageEndNanos()).isEqualTo(700);
    assertThat(watch.isQuiet(99)).isTrue();
    assertThat(watch.isQuiet(100)).isFalse();
    assertThat(watch.isOutage(100)).isTrue();
    assertThat(watch.isOutage(700)).isFalse();
  }

  @Test
  void withoutAnyOutageItEndsWhenAllStreamsWereFoundToSucceed() {
    assertThat(FaultWatch.of(0, 100, List.of(), 900, 2_000, 1).outageEndNanos()).isEqualTo(900);
  }

  @Test
  void theClockMayWrapAround() {
    long opened = Long.MAX_VALUE - 10;
    FaultWatch watch =
        FaultWatch.of(
            opened - 50,
            opened,
            List.of(new Gap(opened, opened + 5, true), new Gap(opened, opened + 40, true)),
            opened + 60,
            opened + 90,
            0);
    assertThat(watch.outageEndNanos()).isEqualTo(opened + 40);
    assertThat(watch.isOutage(opened + 30)).isTrue();
  }
}
