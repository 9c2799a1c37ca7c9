package dev.citusbench.gatling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.citusbench.gatling.PhaseCut.Begin;
import dev.citusbench.gatling.PhaseCut.Stretch;
import dev.citusbench.results.Phase;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PhaseCutTest {
  @Test
  void everyInstantUpToTheEndIsInOnePhase() {
    PhaseCut cut =
        PhaseCut.of(List.of(new Begin(Phase.STEADY, null, 10), new Begin(Phase.OUTAGE, 0, 20)), 30);
    assertThat(cut.at(9)).isEmpty();
    assertThat(cut.at(10)).contains(new Stretch(Phase.STEADY, null, 10, 20));
    assertThat(cut.at(19)).contains(new Stretch(Phase.STEADY, null, 10, 20));
    assertThat(cut.at(20)).contains(new Stretch(Phase.OUTAGE, 0, 20, 30));
    assertThat(cut.at(29)).contains(new Stretch(Phase.OUTAGE, 0, 20, 30));
    assertThat(cut.at(30)).isEmpty();
  }

  @Test
  void aPhaseWithoutLengthIsNone() {
    assertThat(
            PhaseCut.of(
                    List.of(new Begin(Phase.RECOVERY, 0, 20), new Begin(Phase.AFTER, 0, 20)), 30)
                .stretches())
        .containsExactly(new Stretch(Phase.AFTER, 0, 20, 30));
  }

  @Test
  void noPhaseLastsBeyondTheEnd() {
    assertThat(
            PhaseCut.of(
                    List.of(
                        new Begin(Phase.OUTAGE, 0, 10),
                        new Begin(Phase.RECOVERY, 0, 40),
                        new Begin(Phase.AFTER, 0, 50)),
                    30)
                .stretches())
        .containsExactly(new Stretch(Phase.OUTAGE, 0, 10, 30));
  }

  @Test
  void theClockMayWrapAround() {
    long from = Long.MAX_VALUE - 5;
    PhaseCut cut = PhaseCut.of(List.of(new Begin(Phase.STEADY, null, from)), from + 10);
    assertThat(cut.at(from - 1)).isEmpty();
    assertThat(cut.at(from + 9)).isPresent();
    assertThat(cut.at(from + 10)).isEmpty();
  }
}
