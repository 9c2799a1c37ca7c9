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
    return outage(50, openedMillis, untilMillis, untilMillis);
  }

  private Manifest.Outage outage(
      long periodMillis, long openedMillis, long boundMillis, long untilMillis) {
    return Outages.of(
        Manifest.Outage.PLAIN,
        "write",
        1,
        Duration.ofMillis(periodMillis),
        shots,
        openedMillis * MILLI,
        boundMillis * MILLI,
        untilMillis * MILLI);
  }

  @Test
  void theLastShotIsTheOneBeforeTheOneThatSucceeded() {
    shot(0, 5);
    failed(50, 400, "57014"); // hangs beyond the success of a later one
    failed(100, 101, "08006");
    failed(150, 151, "08006");
    shot(200, 260);
    shot(250, 261);
    assertThat(Outages.lastShotNanos(shots, new Outages.Gap(5 * MILLI, 260 * MILLI, true)))
        .isEqualTo(150 * MILLI);
    assertThat(Outages.lastShotNanos(shots, new Outages.Gap(5 * MILLI, 900 * MILLI, false)))
        .as("nothing ended it")
        .isEqualTo(900 * MILLI);
    assertThat(
            Outages.lastShotNanos(
                List.of(new Shot(20 * MILLI, 260 * MILLI, null)),
                new Outages.Gap(5 * MILLI, 260 * MILLI, true)))
        .as("there was no other")
        .isEqualTo(5 * MILLI);
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
    shot(50, 180);
    shot(200, 210);
    assertThat(outage(20, 250).millis()).isZero();
  }

  @Test
  void aStallOfMoreThanAFewPeriodsIsAnOutageWithoutAnyError() {
    shot(0, 5);
    shot(500, 1605);
    shot(1000, 1606);
    shot(1500, 1607);
    assertThat(outage(500, 20, 1700, 1700).millis()).isEqualTo(1600);
  }

  @Test
  void oneSuccessBetweenFailuresDoesNotEndTheOutage() {
    shot(0, 5);
    failed(50, 55, "08006");
    shot(100, 105);
    failed(150, 155, "08006");
    for (int at = 200; at <= 300; at += 50) {
      shot(at, at + 5);
    }
    assertThat(outage(20, 320).millis()).isEqualTo(200);
  }

  @Test
  void anUnrelatedErrorLendsItsOutageToNoOtherGap() {
    shot(0, 5);
    failed(50, 52, "40001");
    for (int at = 100; at <= 250; at += 50) {
      shot(at, at + 5);
    }
    shot(300, 440);
    shot(450, 455);
    assertThat(outage(20, 500).millis()).isEqualTo(100);
  }

  @Test
  void whatComesAfterAllStreamsSucceededIsNoPartOfTheOutage() {
    shot(0, 5);
    failed(50, 55, "08006");
    for (int at = 100; at <= 200; at += 50) {
      shot(at, at + 5);
    }
    failed(250, 2000, "57014");
    shot(2050, 2055);
    Manifest.Outage outage = outage(50, 20, 210, 2100);
    assertThat(outage.millis()).isEqualTo(100);
    assertThat(outage.errors()).containsOnlyKeys("08006", "57014");
  }

  @Test
  void anOutageWithoutAnEndLastsAsLongAsItWasWatched() {
    shot(0, 5);
    failed(50, 55, "08006");
    failed(100, 105, "08006");
    assertThat(outage(20, 1000).millis()).isEqualTo(995);
    assertThat(outage(20, 1000).unended()).isTrue();
    shot(150, 155);
    assertThat(outage(20, 1000).unended()).isTrue();
    shot(200, 205);
    shot(250, 255);
    assertThat(outage(20, 260).unended()).isNull();
  }

  @Test
  void ofTwoGapsOfOneStreamTheLongerIsItsOutage() {
    shot(0, 5);
    for (int at = 50; at < 1000; at += 50) {
      failed(at, at + 5, "57P01");
    }
    for (int at = 1000; at < 1500; at += 50) {
      shot(at, at + 5);
    }
    for (int at = 1500; at < 6000; at += 50) {
      failed(at, at + 5, "08006");
    }
    for (int at = 6000; at < 6200; at += 50) {
      shot(at, at + 5);
    }
    assertThat(outage(20, 6300).millis()).isEqualTo(6005 - 1455);
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
