package dev.citusbench.gatling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.citusbench.results.LatencyLog;
import dev.citusbench.results.Manifest;
import dev.citusbench.session.Arrivals;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrafficTest {
  private static final long SECOND = 1_000_000_000;

  @TempDir Path folder;

  private static boolean phasesAreConducted() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().equals("phases"));
  }

  private static Traffic traffic(LatencyLog log) {
    return new Traffic(
        "test",
        new ArrivalSchedule(Arrivals.CONSTANT, 100, 1),
        Duration.ofSeconds(1),
        Duration.ofSeconds(1),
        Mix.of(Map.of("stub", 1), 1, name -> StubDatabase.work(name, index -> {})),
        new StubDatabase(1, 1000).dataSource(),
        1,
        new Recording(log),
        progress -> {});
  }

  @Test
  void aLoadThatWasEndedConductsNoPhasesAndItsFiguresStandStill() {
    try (LatencyLog log = LatencyLog.open(folder.resolve("latency.hlog"))) {
      Traffic traffic = traffic(log);
      traffic.start();
      assertThat(phasesAreConducted()).isTrue();
      traffic.close();
      assertThat(phasesAreConducted()).isFalse();
      assertThat(traffic.generator()).isEqualTo(traffic.generator());
      traffic.close();
      assertThat(traffic.generatorAfterSteady(System.nanoTime())).isEmpty();
    }
  }

  @Test
  void whatComesAfterTheSteadyPhaseIsASpanOfItsOwnInWhichEachDueRequestMustBeSent()
      throws InterruptedException {
    try (LatencyLog log = LatencyLog.open(folder.resolve("latency.hlog"))) {
      Traffic traffic = traffic(log);
      traffic.start();
      CountDownLatch ended = new CountDownLatch(400);
      for (int user = 0; user < 400; user++) {
        traffic.protocol().dispatcher().arrived(completed -> ended.countDown());
      }
      assertThat(ended.await(1, TimeUnit.MINUTES)).isTrue();
      traffic.close();
      assertThat(traffic.generator().sent()).isEqualTo(100);
      assertThat(traffic.handedOver()).isEqualTo(Map.of("stub", 400L));
      // 200 users were left for what came after the first two seconds.
      long untilTheLastSecond = traffic.startNanoTime() + 5 * SECOND;
      assertThat(traffic.generatorAfterSteady(untilTheLastSecond))
          .hasValueSatisfying(
              seen -> {
                assertThat(seen.span()).isEqualTo(Manifest.Generator.Span.FAULTS);
                assertThat(seen.due()).isEqualTo(200);
                assertThat(seen.sent()).isEqualTo(200);
              });
      assertThat(traffic.judgeFaults(untilTheLastSecond))
          .noneMatch(reason -> reason.contains("not sent"));
      assertThat(traffic.judgeFaults(untilTheLastSecond + SECOND / 100))
          .first()
          .asString()
          .startsWith("1 of 201 due requests were not sent while faults were measured");
    }
  }
}
