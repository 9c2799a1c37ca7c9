package dev.citusbench.gatling.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class ProbeStreamTest {
  private static final long MILLI = 1_000_000;
  private static final Duration PERIOD = Duration.ofMillis(50);

  private final List<Shot> good = List.of(shot(100), shot(150), shot(200));

  private static Shot shot(long startMillis) {
    return new Shot(startMillis * MILLI, (startMillis + 5) * MILLI, null);
  }

  private boolean succeeds(List<Long> underWayMillis, long nowMillis) {
    List<Long> underWay = underWayMillis.stream().map(at -> at * MILLI).toList();
    return ProbeStream.succeeds(good, underWay, PERIOD, 0, nowMillis * MILLI, 3);
  }

  @Test
  void aStreamWhoseLastShotsWereAnsweredSucceeds() {
    assertThat(succeeds(List.of(250L), 255)).isTrue();
  }

  @Test
  void aStreamWithoutARecentAnswerDoesNotSucceed() {
    assertThat(succeeds(List.of(), 900)).isFalse();
  }

  @Test
  void aStreamWithAnOlderShotUnderWayDoesNotSucceed() {
    assertThat(succeeds(List.of(50L), 255)).isFalse();
  }

  @Test
  void aStreamHasThreadsForAllShotsThatHang() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    Duration period = Duration.ofMillis(2);
    try (ProbeStream stream = new ProbeStream("read", 1, period, 1000, number -> await(end))) {
      stream.start(Duration.ZERO);
      Thread.sleep(100);
      assertThat(stream.skipped()).isZero();
      end.countDown();
    }
    assertThat(Probes.atOnce(PERIOD) * PERIOD.toMillis())
        .isGreaterThanOrEqualTo(Probes.LONGEST.toMillis());
  }

  @Test
  void aShotThatFoundNoThreadIsCounted() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    try (ProbeStream stream =
        new ProbeStream("read", 1, Duration.ofMillis(1), 1, number -> await(end))) {
      stream.start(Duration.ZERO);
      while (stream.skipped() == 0) {
        Thread.sleep(1);
      }
      end.countDown();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
