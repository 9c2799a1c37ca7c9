package dev.citusbench.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.citusbench.results.InsertScaling.Knee;
import dev.citusbench.results.InsertScaling.Point;
import dev.citusbench.results.Manifest.OperationResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class InsertScalingTest {
  private static final String PATH = "insert-event";

  /** One way in with 1, 2, 4 … clients and these rows a second. */
  private static InsertScaling path(double... rowsPerSecond) {
    List<OperationResult> rows = new ArrayList<>();
    for (int i = 0; i < rowsPerSecond.length; i++) {
      rows.add(0, Manifests.insert(PATH, "writer", 1 << i, rowsPerSecond[i]));
    }
    List<InsertScaling> paths = InsertScaling.of(Manifests.of(rows));
    assertThat(paths).hasSize(1);
    return paths.get(0);
  }

  private static Knee knee(double... rowsPerSecond) {
    return Objects.requireNonNull(path(rowsPerSecond).knee());
  }

  @Test
  void theKneeIsWhereNoLargerNumberGivesFivePercentMore() {
    assertThat(knee(100, 104, 104.9, 90).clients()).isEqualTo(1);
    assertThat(knee(100, 190, 199, 195).clients()).isEqualTo(2);
    assertThat(knee(100, 200, 310, 320).clients()).isEqualTo(4);
    assertThat(knee(100, 200, 310, 320).sentence())
        .isEqualTo("At 4 clients with 310 rows/s. What was busy was not recorded.");
  }

  @Test
  void exactlyFivePercentMoreIsWorthIt() {
    assertThat(knee(1_000, 1_049, 1_050, 1_050).clients()).isEqualTo(2);
  }

  @Test
  void aDipBeforeMoreRowsIsNoKnee() {
    assertThat(knee(100, 90, 300, 290).clients()).isEqualTo(4);
  }

  @Test
  void aKneeThatWasNotReachedIsNotClaimed() {
    Knee knee = knee(100, 200, 300, 400);
    assertThat(knee.clients()).isNull();
    assertThat(knee.bottleneck()).isNull();
    assertThat(knee.sentence()).isEqualTo("Not reached by 8 clients.");
    assertThat(knee(0, 0, 0).clients()).isNull();
  }

  @Test
  void aRateIsReadAgainstThatOfTheFloorByAsManyClients() {
    OperationResult floor =
        Manifests.row("floor", Source.JMH, "writer", TimePart.SERVICE, Phase.STEADY, 500_000);
    OperationResult ofOtherRoute =
        Manifests.row("floor", Source.JMH, "direct", TimePart.SERVICE, Phase.STEADY, 500_000);
    InsertScaling path =
        InsertScaling.of(
                Manifests.of(
                    List.of(
                        floor.withVariant("threads=2", null),
                        floor.withVariant("protocol=simple threads=4", null),
                        ofOtherRoute.withVariant("threads=4", null),
                        Manifests.insert(PATH, "writer", 2, 50),
                        Manifests.insert(PATH, "writer", 4, 60))))
            .get(0);
    assertThat(path.points()).extracting(Point::ofFloorRate).containsExactly(0.25, null);
    assertThat(InsertScalingText.of(path)).containsPattern("of floor").containsPattern("25 %");
  }

  @Test
  void twoNumbersOfClientsHaveNoKnee() {
    assertThat(path(100, 100).knee()).isNull();
    assertThat(path(100, 100).points()).extracting(Point::clients).containsExactly(1, 2);
  }

  @Test
  void oneNumberOfClientsIsShownOnlyWhereSomethingWasRecorded() {
    OperationResult row = Manifests.insert(PATH, "writer", 1, 1_000);
    assertThat(InsertScaling.of(Manifests.of(List.of(row)))).isEmpty();
    InsertScaling path =
        InsertScaling.of(Manifests.of(List.of(row.withUse(Map.of("commits", 1.5), Map.of()))))
            .get(0);
    assertThat(path.knee()).isNull();
    assertThat(path.points().get(0).commitsPerSecond()).isEqualTo(1_500);
    assertThat(path.points().get(0).walBytesPerRow()).isNull();
    assertThat(InsertScalingText.of(path)).contains("1,500").contains("–").doesNotContain("Knee");
  }

  /** 200 operations a second of 10 rows each. */
  @Test
  void whatIsUsedIsTurnedIntoRatesAndSharesOfARow() {
    OperationResult one = Manifests.insert(PATH, "writer", 4, 200).withRowsPerSecond(2_000);
    Point point =
        InsertScaling.of(
                Manifests.of(
                    List.of(
                        one.withUse(
                            Map.of("commits", 2.0, "walBytes", 5_000.0, "clientCpuNanos", 9e4),
                            Map.of("disk", 0.5)))))
            .get(0)
            .points()
            .get(0);
    assertThat(point.clients()).isEqualTo(4);
    assertThat(point.commitsPerSecond()).isEqualTo(400);
    assertThat(point.walBytesPerSecond()).isEqualTo(1e6);
    assertThat(point.walBytesPerRow()).isCloseTo(500, within(1e-9));
    assertThat(point.clientCpuNanos()).isEqualTo(9e4);
    assertThat(point.busy()).containsEntry("disk", 0.5);
  }

  @Test
  void rowsThatCannotBeDividedByAreNotDividedBy() {
    Point point =
        InsertScaling.of(
                Manifests.of(
                    List.of(
                        Manifests.insert(PATH, "writer", 4, 0)
                            .withUse(Map.of("walBytes", 10.0), Map.of()))))
            .get(0)
            .points()
            .get(0);
    assertThat(point.walBytesPerRow()).isNull();
  }

  @Test
  void theResourceAtTheKneeIsNamed() {
    List<OperationResult> rows = new ArrayList<>();
    for (int clients : new int[] {1, 2, 4}) {
      rows.add(
          Manifests.insert(PATH, "writer", clients, clients == 1 ? 500 : 1_000)
              .withUse(Map.of(), Map.of("processor", clients == 2 ? 0.95 : 0.1)));
    }
    Knee knee = Objects.requireNonNull(InsertScaling.of(Manifests.of(rows)).get(0).knee());
    assertThat(knee.clients()).isEqualTo(2);
    assertThat(Objects.requireNonNull(knee.bottleneck()).resource()).isEqualTo("processor");
    assertThat(knee.sentence())
        .isEqualTo(
            "At 2 clients with 1,000 rows/s."
                + " The processor was used up: 95 % of all cores of this machine.");
  }

  @Test
  void routesAndVariantsAreWaysInOfTheirOwnTheFastestFirst() {
    List<OperationResult> rows = new ArrayList<>();
    for (int clients : new int[] {1, 4}) {
      OperationResult row = Manifests.insert(PATH, "writer", clients, 100);
      rows.add(row);
      rows.add(Manifests.insert(PATH, "direct", clients, 300));
      rows.add(
          row.withRowsPerSecond(200)
              .withVariant(clients == 1 ? "rows=10" : "rows=10 threads=4", null));
    }
    rows.add(Manifests.insert(PATH, "reader", 1, 10).withVariant("threads=many", null));
    assertThat(InsertScaling.of(Manifests.of(rows)))
        .extracting(path -> path.path() + " " + path.route())
        .containsExactly(
            "insert-event direct", "insert-event rows=10 writer", "insert-event writer");
  }
}
