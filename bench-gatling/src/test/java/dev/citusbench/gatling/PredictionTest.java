package dev.citusbench.gatling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.citusbench.results.Engine;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PredictionTest {
  private static final Map<String, Object> PATRONI =
      Map.of("loop_wait", 1L, "retry_timeout", 3L, "primary_start_timeout", 0L);
  private static final Map<String, Object> HAPROXY =
      Map.of("inter", "1s", "fastinter", "100ms", "downinter", "200ms", "rise", 2L);

  private static double most(Engine engine, int group) {
    return Prediction.ofKilledPostgres(PATRONI, HAPROXY, engine, group).max();
  }

  @Test
  void aCoordinatorsDeathLastsOneLoopTheElectionThePromotionAndTheProxy() {
    assertThat(most(Engine.CITUS, 0)).isEqualTo(1000 + 2000 + 1000 + 200 + 100);
  }

  @Test
  void aWorkersDeathLastsForCitusUntilItsCooldownIsOver() {
    assertThat(most(Engine.CITUS, 1)).isEqualTo(1000 + 2000 + 1000 + 3000);
  }

  @Test
  void aWorkersDeathOnForeignServersEndsWithTheProxy() {
    assertThat(most(Engine.FDW, 1)).isEqualTo(most(Engine.FDW, 0));
  }

  @Test
  void aLocalRestartThatPatroniTriesFirstCounts() {
    assertThat(
            Prediction.ofKilledPostgres(
                    Map.of("loop_wait", 10L, "primary_start_timeout", 300L),
                    HAPROXY,
                    Engine.SINGLE,
                    0)
                .max())
        .isEqualTo(10_000 + 300_000 + 2000 + 1000 + 300);
  }
}
