package dev.citusbench.gatling.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.citusbench.results.Manifest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class OutagesTest {
  private static final long MILLI = 1_000_000;
  private final List<Shot> shots = new ArrayList<>();

  private void shot(long startMillis, long endMillis) {
    shots.add(new Shot(startMillis * MILLI, endMillis * MILLI, null));
  }

  private void failed(long startMillis, long endMillis, String error) {
    shots.add(new Shot(startMillis * MILLI, endMillis * MILLI, error));
  }

  private Manifest.Outage outage(long openedMillis, long untilMillis) {
    return Outages.of(
        "write", 1, Duration.ofMillis(50), shots, openedMillis * MILLI, untilMillis * MILLI);
  }

  @Test
  void anOutageLastsFromTheLastSuccessBeforeToTheFirstAfter() {
    shot(0, 5);
    shot(50, 56);
    failed(100, 101, "08006");
    failed(150, 151, "08006");
    failed(200, 202, "57P03");
    shot(250, 260);
    shot(300, 305);
    Manifest.Outage outage = outage(70, 400);
    assertThat(outage.millis()).isEqualTo(260 - 56);
    assertThat(outage.errors()).isEqualTo(Map.of("08006", 2L, "57P03", 1L));
    assertThat(outage.resolutionMillis()).isEqualTo(50);
  }

  @Test
  void aHungProbeHidesNoLaterSuccess() {
    shot(0, 5);
    failed(50, 2050, "08006");
    shot(100, 180);
    shot(150, 155);
    assertThat(outage(20, 2100).millis()).isLessThan(2000);
    shots.clear();
    shot(0, 5);
    failed(50, 2050, "08006");
    for (int at = 100; at < 2100; at += 50) {
      shot(at, at + 5);
    }
    assertThat(outage(20, 2100).millis()).isEqualTo(100);
  }

  @Test
  void aWriteThatWasHeldBackEndsTheOutageWithItsAnswer() {
    shot(0, 5);
    shot(50, 3000);
    shot(100, 3001);
    shot(3050, 3055);
    assertThat(outage(20, 3100).millis()).isEqualTo(3000 - 5);
  }

  @Test
  void slownessWithoutAnErrorIsNoOutage() {
    shot(0, 5);
    shot(50, 250);
    shot(300, 310);
    assertThat(outage(20, 350).millis()).isZero();
  }

  @Test
  void anOutageWithoutAnEndLastsAsLongAsItWasWatched() {
    shot(0, 5);
    failed(50, 55, "08006");
    failed(100, 105, "08006");
    assertThat(outage(20, 1000).millis()).isEqualTo(995);
  }

  @Test
  void errorsBeforeTheFaultAreNotItsErrors() {
    failed(0, 5, "40001");
    shot(50, 55);
    shot(100, 105);
    shot(150, 155);
    assertThat(outage(80, 200).errors()).isEmpty();
  }
}
