package dev.citusbench.gatling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.citusbench.results.LatencyLog;
import dev.citusbench.session.Arrivals;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrafficTest {
  @TempDir Path folder;

  private static boolean phasesAreConducted() {
    return Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().equals("phases"));
  }

  @Test
  void aLoadThatWasEndedConductsNoPhasesAndItsFiguresStandStill() {
    try (LatencyLog log = LatencyLog.open(folder.resolve("latency.hlog"))) {
      Traffic traffic =
          new Traffic(
              "test",
              new ArrivalSchedule(Arrivals.CONSTANT, 100, 1),
              Duration.ofSeconds(1),
              Duration.ofSeconds(1),
              Mix.of(Map.of("stub", 1), 1, name -> StubDatabase.work(name, index -> {})),
              new StubDatabase(1, 1000).dataSource(),
              1,
              new Recording(log),
              progress -> {});
      traffic.start();
      assertThat(phasesAreConducted()).isTrue();
      traffic.close();
      assertThat(phasesAreConducted()).isFalse();
      assertThat(traffic.generator()).isEqualTo(traffic.generator());
      traffic.close();
    }
  }
}
