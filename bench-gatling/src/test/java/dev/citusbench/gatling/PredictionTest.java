package dev.citusbench.gatling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.citusbench.cluster.FaultKind;
import dev.citusbench.cluster.FaultTarget;
import dev.citusbench.results.Engine;
import dev.citusbench.results.Manifest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PredictionTest {
  private static final Map<String, Object> PATRONI =
      Map.of("ttl", 20L, "loop_wait", 1L, "retry_timeout", 3L, "primary_start_timeout", 0L);
  private static final Map<String, Object> HAPROXY =
      Map.of("inter", "1s", "fastinter", "100ms", "downinter", "200ms", "rise", 2L);

  private static final Duration HOLD = Duration.ofSeconds(26);

  private static double most(Engine engine, int group) {
    return of(FaultKind.KILL_POSTGRES, FaultTarget.primaryOf(group), engine).max();
  }

  private static Manifest.Predicted of(FaultKind kind, FaultTarget target, Engine engine) {
    return Prediction.of(new PlannedFault(kind, target), HOLD, PATRONI, HAPROXY, engine);
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
            Prediction.of(
                    new PlannedFault(FaultKind.KILL_POSTGRES, FaultTarget.primaryOf(0)),
                    HOLD,
                    Map.of("loop_wait", 10L, "primary_start_timeout", 300L),
                    HAPROXY,
                    Engine.SINGLE)
                .max())
        .isEqualTo(10_000 + 300_000 + 2000 + 1000 + 300);
  }

  @Test
  void aSilentNodesKeyRunsOutBetweenTtlLessOneLoopAndTtl() {
    Manifest.Predicted frozen = of(FaultKind.FREEZE_NODE, FaultTarget.primaryOf(1), Engine.CITUS);
    assertThat(frozen.min()).isEqualTo(20_000 - 1000);
    assertThat(frozen.max()).isEqualTo(26_000 + 2000 + 1000 + 3000);
    Manifest.Predicted alone = of(FaultKind.ISOLATE, FaultTarget.primaryOf(1), Engine.CITUS);
    assertThat(alone).isEqualTo(new Manifest.Predicted(19_000, 20_500 + 2000 + 1000 + 3000));
    assertThat(of(FaultKind.KILL_NODE, FaultTarget.primaryOf(1), Engine.CITUS)).isEqualTo(alone);
  }

  @Test
  void aFrozenWorkerMayKeepItsAddressOnCitusUntilItGoesOn() {
    Duration hour = Duration.ofHours(1);
    PlannedFault worker = new PlannedFault(FaultKind.FREEZE_NODE, FaultTarget.primaryOf(1));
    assertThat(Prediction.of(worker, hour, PATRONI, HAPROXY, Engine.CITUS))
        .isEqualTo(new Manifest.Predicted(19_000, 3_600_000 + 2000 + 1000 + 3000));
    double other = Prediction.of(worker, hour, PATRONI, HAPROXY, Engine.FDW).max();
    assertThat(other).isEqualTo(20_000 + 500 + 2000 + 1000 + 300);
    PlannedFault coordinator = new PlannedFault(FaultKind.FREEZE_NODE, FaultTarget.primaryOf(0));
    assertThat(Prediction.of(coordinator, hour, PATRONI, HAPROXY, Engine.CITUS).max())
        .isEqualTo(other);
  }

  @Test
  void whoeverIsSilentForLessThanTheLeaseIsOutForThatLong() {
    PlannedFault alone = new PlannedFault(FaultKind.ISOLATE, FaultTarget.primaryOf(0));
    assertThat(Prediction.of(alone, Duration.ofSeconds(5), PATRONI, HAPROXY, Engine.FDW).min())
        .isEqualTo(5_000);
  }

  @Test
  void aCompanionNoticesDeathsButNotSilence() {
    Map<String, Object> watched = new HashMap<>(PATRONI);
    watched.put("companion", "hasten-failover");
    watched.put("loop_wait", 5L);
    FaultTarget worker = FaultTarget.primaryOf(1);
    Manifest.Predicted postgres =
        Prediction.of(
            new PlannedFault(FaultKind.KILL_POSTGRES, worker),
            HOLD,
            watched,
            HAPROXY,
            Engine.CITUS);
    assertThat(postgres.max()).isEqualTo(1000 + 2000 + 1000 + 3000);
    Manifest.Predicted node =
        Prediction.of(
            new PlannedFault(FaultKind.KILL_NODE, worker), HOLD, watched, HAPROXY, Engine.CITUS);
    assertThat(node).isEqualTo(new Manifest.Predicted(200, 3400 + 2000 + 1000 + 3000));
    Manifest.Predicted frozen =
        Prediction.of(
            new PlannedFault(FaultKind.FREEZE_NODE, worker), HOLD, watched, HAPROXY, Engine.CITUS);
    assertThat(frozen.min()).isEqualTo(20_000 - 5000);
  }

  @Test
  void aPrimaryPartedFromEtcdServesUntilItDemotesItself() {
    Manifest.Predicted parted =
        of(FaultKind.PARTITION_ETCD, FaultTarget.primaryOf(1), Engine.CITUS);
    assertThat(parted.min()).isEqualTo(20_000 - 1000 - (1000 + 3000));
    assertThat(parted.max())
        .isEqualTo(of(FaultKind.ISOLATE, FaultTarget.primaryOf(1), Engine.CITUS).max());
  }

  @Test
  void nothingIsPredictedOfWhatHitsNoPrimaryOrHasNoFormula() {
    Manifest.Predicted none = new Manifest.Predicted(0, 0);
    assertThat(of(FaultKind.KILL_NODE, FaultTarget.standbyOf(1), Engine.CITUS)).isEqualTo(none);
    assertThat(of(FaultKind.KILL_ETCD, FaultTarget.ETCD, Engine.CITUS)).isEqualTo(none);
    assertThat(of(FaultKind.SWITCHOVER, FaultTarget.primaryOf(0), Engine.CITUS)).isEqualTo(none);
  }
}
