package dev.citusbench.gatling.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ProbeStreamTest {
  private static final long MILLI = 1_000_000;
  private static final Duration PERIOD = Duration.ofMillis(50);

  private final List<Shot> good = List.of(shot(100), shot(150), shot(200));

  private static Shot shot(long startMillis) {
    return new Shot(startMillis * MILLI, (startMillis + 5) * MILLI, null);
  }

  private static final Duration LONGEST = Duration.ofSeconds(1);

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
  void theMoreShotsHangTheFewerAreFired() {
    Duration period = Duration.ofMillis(20);
    Duration longest = Duration.ofMillis(1_200);
    assertThat(ProbeStream.full(12)).isEqualTo(6);
    assertThat(ProbeStream.thinned(12, period, longest)).isEqualTo(200 / 20);
    assertThat(ProbeStream.full(7)).isEqualTo(3);
    assertThat(ProbeStream.thinned(7, period, longest)).isEqualTo(300 / 20);
    assertThat(ProbeStream.full(1)).isEqualTo(1);
    assertThat(ProbeStream.thinned(100, period, period)).isEqualTo(1);
  }

  private static ProbeStream hanging(Duration period, int atOnce, CountDownLatch end) {
    return new ProbeStream("plain", "read", 1, period, atOnce, period, number -> await(end));
  }

  @Test
  void aShotThatHangsDelaysNoLaterOne() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    AtomicInteger fired = new AtomicInteger();
    try (ProbeStream stream =
        new ProbeStream(
            "plain",
            "read",
            1,
            Duration.ofMillis(2),
            1000,
            LONGEST,
            number -> {
              fired.incrementAndGet();
              if (number == 0) {
                await(end);
              }
            })) {
      stream.start(Duration.ZERO);
      while (stream.shots().size() < 10) {
        Thread.sleep(1);
      }
      assertThat(fired.get()).isGreaterThan(stream.shots().size());
      end.countDown();
    }
  }

  @Test
  void noMoreShotsAreUnderWayThanThereMayBe() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    try (ProbeStream stream = hanging(Duration.ofMillis(1), 3, end)) {
      stream.start(Duration.ZERO);
      Thread.sleep(100);
      end.countDown();
      while (stream.shots().size() < 3) {
        Thread.sleep(1);
      }
      long released = stream.shots().get(0).endNanos();
      assertThat(stream.shots().stream().filter(shot -> shot.startNanos() < released)).hasSize(3);
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
