package dev.citusbench.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.citusbench.results.Manifest.OperationResult;
import java.util.List;
import org.junit.jupiter.api.Test;

class PoolChoiceTest {
  private static OperationResult row(int pool, int shards, long p50Nanos) {
    return Manifests.row(
            "revenue-by-day", Source.JMH, "writer", TimePart.SERVICE, Phase.STEADY, p50Nanos)
        .withVariant("cachedConnections=1 executorPool=%d rows=%d".formatted(pool, shards), null);
  }

  private static List<PoolChoice> of(OperationResult... rows) {
    return PoolChoice.of(Manifests.of(List.of(rows)));
  }

  @Test
  void theSmallestWithinThreePercentOfTheFastestIsBest() {
    PoolChoice choice =
        of(row(1, 8, 20_000), row(4, 8, 10_300), row(8, 8, 10_000), row(16, 8, 12_000)).get(0);
    assertThat(choice.best()).isEqualTo(4);
    assertThat(choice.defaultAboveBest()).isCloseTo(12_000.0 / 10_300 - 1, within(1e-12));
    assertThat(choice.pools()).extracting(PoolChoice.Measured::pool).containsExactly(1, 4, 8, 16);
    assertThat(of(row(4, 8, 10_301), row(8, 8, 10_000)).get(0).best()).isEqualTo(8);
  }

  @Test
  void operationsAndVariantsAreJudgedEachForItself() {
    OperationResult other =
        Manifests.row(
            "top-tenants", Source.JMH, "direct", TimePart.SERVICE, Phase.STEADY, 5_000_000);
    List<PoolChoice> choices =
        of(
            row(4, 16, 9_000_000),
            row(16, 16, 8_000_000),
            row(4, 8, 3_000_000),
            row(16, 8, 4_000_000),
            row(4, 32, 3_000_000),
            other.withVariant("executorPool=1", null),
            other.withVariant("executorPool=2", null));
    assertThat(choices)
        .extracting(PoolChoice::operation)
        .containsExactly(
            "revenue-by-day cachedConnections=1 rows=8",
            "revenue-by-day cachedConnections=1 rows=16",
            "top-tenants");
    assertThat(choices).extracting(PoolChoice::best).containsExactly(4, 16, 1);
    assertThat(choices.get(2).defaultAboveBest()).isNull();
    assertThat(FanOutText.of(choices.get(0)).replaceAll("\\s+", " "))
        .isEqualTo(
            "* revenue-by-day cachedConnections=1 rows=8, route writer: best 4 (p50 by size 4: 3.00 ms,"
                + " 16: 4.00 ms); the default, 16, costs +33 % against it ");
    assertThat(FanOutText.of(choices.get(1))).contains("that is the default");
    assertThat(FanOutText.of(choices.get(2)).replaceAll("\\s+", " "))
        .contains("the default, 16, was not measured");
  }

  @Test
  void theBestIsReadByItsDistanceToTheFloor() {
    OperationResult slow = row(1, 8, 2_000_000).withVariant("executorPool=1", 400_000L);
    OperationResult best = row(4, 8, 1_000_000).withVariant("executorPool=4", 400_000L);
    PoolChoice choice = of(slow, best).get(0);
    assertThat(choice.bestAboveFloorNanos()).isEqualTo(600_000);
    assertThat(FanOutText.of(choice).replaceAll("\\s+", " "))
        .contains("best 4, 600 µs above the floor (p50 by size 1: 2.00 ms,");
    assertThat(of(row(1, 8, 2_000), row(4, 8, 1_000)).get(0).bestAboveFloorNanos()).isNull();
  }

  @Test
  void oneSizeIsNoChoice() {
    assertThat(of(row(4, 8, 1_000), row(4, 8, 2_000), row(16, 32, 1_000))).isEmpty();
  }

  @Test
  void theFanOutWhichHasNoSlowStartIsNoQueryToChooseBy() {
    assertThat(of(Manifests.fanOut(1, 4, 8, 2.0, 1_000), Manifests.fanOut(1, 16, 8, 2.0, 2_000)))
        .isEmpty();
  }
}
