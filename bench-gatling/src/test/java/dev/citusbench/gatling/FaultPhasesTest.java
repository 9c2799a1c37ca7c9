package dev.citusbench.gatling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.citusbench.gatling.PhaseCut.Begin;
import dev.citusbench.gatling.probe.Outages.Gap;
import dev.citusbench.results.Phase;
import org.junit.jupiter.api.Test;

final class FaultPhasesTest {
  @Test
  void anOutageThatTheProbesSawBeginBeforeTheFaultBeginsWithIt() {
    assertThat(FaultPhases.of(1, 100, new Gap(40, 900, true), 5_000L))
        .containsExactly(
            new Begin(Phase.OUTAGE, 1, 100),
            new Begin(Phase.RECOVERY, 1, 900),
            new Begin(Phase.AFTER, 1, 5_000));
  }

  @Test
  void whileProbesStillSucceedTheFaultIsOpenAndThereIsNoOutageYet() {
    assertThat(FaultPhases.of(0, 100, new Gap(400, 900, true), 5_000L))
        .containsExactly(
            new Begin(Phase.FAULT, 0, 100),
            new Begin(Phase.OUTAGE, 0, 400),
            new Begin(Phase.RECOVERY, 0, 900),
            new Begin(Phase.AFTER, 0, 5_000));
  }

  @Test
  void aFaultThatNoProbeFeltHasNoOutage() {
    assertThat(FaultPhases.of(0, 100, null, 5_000L))
        .containsExactly(new Begin(Phase.RECOVERY, 0, 100), new Begin(Phase.AFTER, 0, 5_000));
  }

  @Test
  void aClusterThatDidNotGetReadyHasNoAfter() {
    assertThat(FaultPhases.of(0, 100, new Gap(40, 900, false), null))
        .containsExactly(new Begin(Phase.OUTAGE, 0, 100), new Begin(Phase.RECOVERY, 0, 900));
  }
}
