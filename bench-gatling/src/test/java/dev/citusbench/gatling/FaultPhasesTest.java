package dev.citusbench.gatling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.citusbench.gatling.PhaseCut.Begin;
import dev.citusbench.gatling.probe.Outages.Gap;
import dev.citusbench.results.Phase;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FaultPhasesTest {
  @Test
  void anOutageThatTheProbesSawBeginBeforeTheFaultBeginsWithIt() {
    assertThat(FaultPhases.of(1, 100, List.of(new Gap(40, 900, true)), 5_000L))
        .containsExactly(
            new Begin(Phase.OUTAGE, 1, 100),
            new Begin(Phase.RECOVERY, 1, 900),
            new Begin(Phase.AFTER, 1, 5_000));
  }

  @Test
  void whileProbesStillSucceedTheFaultIsOpenAndThereIsNoOutageYet() {
    assertThat(FaultPhases.of(0, 100, List.of(new Gap(400, 900, true)), 5_000L))
        .containsExactly(
            new Begin(Phase.FAULT, 0, 100),
            new Begin(Phase.OUTAGE, 0, 400),
            new Begin(Phase.RECOVERY, 0, 900),
            new Begin(Phase.AFTER, 0, 5_000));
  }

  @Test
  void aFaultThatNoProbeFeltHasNoOutage() {
    assertThat(FaultPhases.of(0, 100, List.of(), 5_000L))
        .containsExactly(new Begin(Phase.RECOVERY, 0, 100), new Begin(Phase.AFTER, 0, 5_000));
  }

  @Test
  void aClusterThatDidNotGetReadyHasNoAfter() {
    assertThat(FaultPhases.of(0, 100, List.of(new Gap(40, 900, false)), null))
        .containsExactly(new Begin(Phase.OUTAGE, 0, 100), new Begin(Phase.RECOVERY, 0, 900));
  }

  @Test
  void outagesThatOverlapAreOneWhateverTheirOrder() {
    assertThat(
            FaultPhases.of(
                0,
                100,
                List.of(new Gap(120, 300, true), new Gap(90, 200, true), new Gap(150, 260, false)),
                5_000L))
        .containsExactly(
            new Begin(Phase.OUTAGE, 0, 100),
            new Begin(Phase.RECOVERY, 0, 300),
            new Begin(Phase.AFTER, 0, 5_000));
  }

  @Test
  void timeInWhichNoStreamWasInItsOutageIsNoneBetweenTwoEither() {
    assertThat(
            FaultPhases.of(
                0, 100, List.of(new Gap(90, 200, true), new Gap(700, 900, true)), 5_000L))
        .containsExactly(
            new Begin(Phase.OUTAGE, 0, 100),
            new Begin(Phase.RECOVERY, 0, 200),
            new Begin(Phase.OUTAGE, 0, 700),
            new Begin(Phase.RECOVERY, 0, 900),
            new Begin(Phase.AFTER, 0, 5_000));
  }

  @Test
  void onTheClockThatWrapsAroundTheOrderIsThatOfTime() {
    long opened = Long.MAX_VALUE - 10;
    assertThat(
            FaultPhases.of(
                0,
                opened,
                List.of(
                    new Gap(opened + 30, opened + 90, true), new Gap(opened, opened + 50, true)),
                null))
        .containsExactly(
            new Begin(Phase.OUTAGE, 0, opened), new Begin(Phase.RECOVERY, 0, opened + 90));
  }
}
