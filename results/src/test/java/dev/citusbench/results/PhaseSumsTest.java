package dev.citusbench.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PhaseSumsTest {
  private static final LatencyLog.Described LOOKUP =
      new LatencyLog.Described(PlanClass.FAST_PATH, 1, Source.GATLING, "writer");
  private static final Series RESPONSE = new Series("lookup-order", TimePart.RESPONSE, Outcome.OK);

  private final PhaseSums sums = new PhaseSums();

  @Test
  void thePhasesOfEachFaultAreRowsOfTheirOwn() {
    sums.lasted(Phase.STEADY, null, Duration.ofSeconds(1));
    sums.lasted(Phase.OUTAGE, 0, Duration.ofMillis(500));
    sums.lasted(Phase.OUTAGE, 1, Duration.ofSeconds(4));
    sums.lasted(Phase.AFTER, 0, Duration.ofSeconds(2));
    sums.add(RESPONSE, Phase.OUTAGE, 1, 7_000);
    sums.add(RESPONSE, Phase.AFTER, 0, 3_000);
    sums.add(RESPONSE, Phase.OUTAGE, 0, 5_000);
    sums.add(RESPONSE, Phase.OUTAGE, 0, 5_000);
    sums.add(RESPONSE, Phase.STEADY, null, 1_000);
    assertThat(sums.rows(operation -> LOOKUP))
        .extracting(
            Manifest.OperationResult::fault,
            Manifest.OperationResult::phase,
            Manifest.OperationResult::count,
            Manifest.OperationResult::perSecond,
            row -> row.maxNanos() / 1000)
        .containsExactly(
            tuple(null, Phase.STEADY, 1L, 1.0, 1L),
            tuple(0, Phase.OUTAGE, 2L, 4.0, 5L),
            tuple(0, Phase.AFTER, 1L, 0.5, 3L),
            tuple(1, Phase.OUTAGE, 1L, 0.25, 7L));
  }

  @Test
  void aRowSaysItsFaultInJsonOnlyWhereItHasOne() {
    sums.add(RESPONSE, Phase.STEADY, null, 1_000);
    sums.add(RESPONSE, Phase.OUTAGE, 0, 1_000);
    assertThat(sums.rows(operation -> LOOKUP).stream().map(Json::line))
        .satisfiesExactly(
            steady -> assertThat(steady).doesNotContain("fault"),
            outage -> assertThat(outage).contains("\"phase\":\"outage\",\"fault\":0"));
  }
}
