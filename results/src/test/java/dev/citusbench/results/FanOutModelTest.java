package dev.citusbench.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.citusbench.results.FanOutModel.Coefficient;
import dev.citusbench.results.FanOutModel.Fit;
import dev.citusbench.results.Manifest.OperationResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

class FanOutModelTest {
  private static final int[] POOLS = {1, 2, 4, 16};
  private static final int[] SHARDS = {2, 8, 16, 32, 64};

  private static List<OperationResult> rows(
      double base, double perTask, double perConnection, DoubleSupplier noiseShare) {
    List<OperationResult> rows = new ArrayList<>();
    for (int pool : POOLS) {
      for (int shards : SHARDS) {
        double connections = Math.min(2 * pool, shards) - 0.125;
        double millis =
            (base + perTask * shards + perConnection * connections)
                * (1 + noiseShare.getAsDouble());
        rows.add(Manifests.fanOut(1, pool, shards, connections, Math.round(millis * 1e6)));
      }
    }
    return rows;
  }

  private static FanOutModel model(List<OperationResult> rows) {
    List<FanOutModel> models = FanOutModel.of(Manifests.of(rows));
    assertThat(models).hasSize(1);
    return models.get(0);
  }

  private static Fit fit(List<OperationResult> rows) {
    FanOutModel model = model(rows);
    assertThat(model.whyNot()).isNull();
    return Objects.requireNonNull(model.fit());
  }

  private static String whyNot(List<OperationResult> rows) {
    FanOutModel model = model(rows);
    assertThat(model.fit()).isNull();
    assertThat(model.points()).allSatisfy(point -> assertThat(point.modelMillis()).isNull());
    return Objects.requireNonNull(model.whyNot());
  }

  @Test
  void dataWithoutNoiseGiveTheirCoefficientsBack() {
    Fit fit = fit(rows(3, 0.5, -0.25, () -> 0));
    assertThat(fit.observations()).isEqualTo(20);
    assertThat(fit.base().millis()).isCloseTo(3, within(1e-9));
    assertThat(fit.perTask().millis()).isCloseTo(0.5, within(1e-9));
    assertThat(fit.perConnection().millis()).isCloseTo(-0.25, within(1e-9));
    assertThat(fit.residualShare()).isCloseTo(0, within(1e-6));
    assertThat(fit.perConnection().toldApartFromZero()).isTrue();
  }

  /** Against the weighted normal equations, solved by Cramer's rule. */
  @Test
  void intervalsAndResidualsAreThoseOfLeastSquaresWithWeights() {
    double[][] design = {{1, 8, 4}, {1, 8, 6}, {1, 12, 4}, {1, 12, 6}, {1, 10, 5}, {1, 64, 9}};
    double[] millis = {10, 12, 14, 18, 13, 140};
    List<OperationResult> rows = new ArrayList<>();
    double[][] normal = new double[3][3];
    double[] right = new double[3];
    for (int i = 0; i < design.length; i++) {
      rows.add(
          Manifests.fanOut(
              "executorPool=" + (i + 1),
              (int) design[i][1],
              design[i][2],
              Math.round(millis[i] * 1e6),
              20));
      double weight = 1 / (millis[i] * millis[i]);
      for (int j = 0; j < 3; j++) {
        right[j] += weight * design[i][j] * millis[i];
        for (int k = 0; k < 3; k++) {
          normal[j][k] += weight * design[i][j] * design[i][k];
        }
      }
    }
    double determinant = determinant(normal);
    double[] expected = new double[3];
    double[] inverseDiagonal = new double[3];
    for (int j = 0; j < 3; j++) {
      expected[j] = determinant(withColumn(normal, j, right)) / determinant;
      double[] unit = new double[3];
      unit[j] = 1;
      inverseDiagonal[j] = determinant(withColumn(normal, j, unit)) / determinant;
    }
    double squares = 0;
    for (int i = 0; i < design.length; i++) {
      double model = 0;
      for (int j = 0; j < 3; j++) {
        model += expected[j] * design[i][j];
      }
      squares += Math.pow(1 - model / millis[i], 2);
    }
    double residual = Math.sqrt(squares / 3);

    Fit fit = fit(rows);

    assertThat(fit.residualShare()).isCloseTo(residual, within(1e-9));
    List<Coefficient> found = List.of(fit.base(), fit.perTask(), fit.perConnection());
    for (int j = 0; j < 3; j++) {
      assertThat(found.get(j).millis()).isCloseTo(expected[j], within(1e-6));
      // The table of Student's t has 3.1824 for 3 degrees of freedom and 97.5 %.
      assertThat((found.get(j).high() - found.get(j).low()) / 2)
          .isCloseTo(3.1824 * residual * Math.sqrt(inverseDiagonal[j]), withinPercentage(0.01));
    }
  }

  private static double determinant(double[][] m) {
    return m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1])
        - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
        + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);
  }

  private static double[][] withColumn(double[][] matrix, int column, double[] values) {
    double[][] changed = new double[3][];
    for (int i = 0; i < 3; i++) {
      changed[i] = matrix[i].clone();
      changed[i][column] = values[i];
    }
    return changed;
  }

  @Test
  void intervalsHoldTheTruthInNineteenOfTwentyCases() {
    Random random = new Random(1);
    int cases = 1_000;
    int[] held = new int[3];
    for (int i = 0; i < cases; i++) {
      Fit fit = fit(rows(30, 0.5, -0.25, () -> 0.02 * random.nextGaussian()));
      held[0] += holds(fit.base(), 30);
      held[1] += holds(fit.perTask(), 0.5);
      held[2] += holds(fit.perConnection(), -0.25);
    }
    for (int each : held) {
      // Five standard deviations of a binomial distribution.
      assertThat(each).isBetween(915, 985);
    }
  }

  private static int holds(Coefficient coefficient, double truth) {
    return coefficient.low() <= truth && truth <= coefficient.high() ? 1 : 0;
  }

  @Test
  void anEffectThatIsNotThereIsNotToldApartFromZero() {
    Random random = new Random(3);
    Fit fit = fit(rows(30, 0.5, 0, () -> 0.02 * random.nextGaussian()));
    assertThat(fit.perConnection().toldApartFromZero()).isFalse();
    assertThat(fit.perTask().toldApartFromZero()).isTrue();
    Random again = new Random(3);
    assertThat(FanOutText.of(model(rows(30, 0.5, 0, () -> 0.02 * again.nextGaussian()))))
        .containsPattern("each new connection costs .*not told apart from 0")
        .doesNotContainPattern("each task costs .*not told apart from 0");
  }

  @Test
  void theConfigurationFarthestFromTheModelIsNamed() {
    List<OperationResult> rows = rows(3, 0.5, -0.25, () -> 0);
    rows.set(7, Manifests.fanOut(1, 2, 16, 3.875, 40_000_000));
    Fit fit = fit(rows);
    assertThat(fit.largest().variant()).isEqualTo("cachedConnections=1 executorPool=2 shards=16");
    assertThat(fit.largest().measuredMillis()).isEqualTo(40);
    assertThat(fit.largest().modelMillis()).isLessThan(20);
  }

  @Test
  void eachRouteAndSetupHasAModelOfItsOwn() {
    List<OperationResult> rows = rows(3, 0.5, -0.25, () -> 0);
    rows.addAll(
        rows.stream()
            .map(row -> row.withVariant(row.variant() + " threads=4", row.floorNanos()))
            .toList());
    assertThat(FanOutModel.of(Manifests.of(rows)))
        .extracting(FanOutModel::setup)
        .containsExactly("", "threads=4");
  }

  @Test
  void otherRowsAreNotItsBusiness() {
    assertThat(
            FanOutModel.of(
                Manifests.of(
                    List.of(
                        Manifests.row("fan-out", 5),
                        Manifests.insert("insert-event", "writer", 1, 10)))))
        .isEmpty();
  }

  @Test
  void sixConfigurationsAreTheFewest() {
    List<OperationResult> rows = rows(3, 0.5, -0.25, () -> 0);
    List<OperationResult> six =
        List.of(rows.get(0), rows.get(4), rows.get(8), rows.get(12), rows.get(16), rows.get(19));
    assertThat(fit(six).observations()).isEqualTo(6);
    assertThat(whyNot(six.subList(0, 5)))
        .isEqualTo("it takes at least 6 configurations, and there are 5");
  }

  @Test
  void withoutCountsOfConnectionsThereIsNoModel() {
    List<OperationResult> rows = new ArrayList<>();
    for (int shards : SHARDS) {
      rows.add(Manifests.fanOut(1, 4, shards, null, shards * 1_000_000L));
      rows.add(Manifests.fanOut(1, 16, shards, Double.NaN, shards * 1_000_000L));
    }
    assertThat(whyNot(rows))
        .isEqualTo("the new connections that a statement opened were not recorded");
    assertThat(model(rows).points()).hasSize(10);
  }

  @Test
  void rowsThatCannotBeUsedAreLeftOutAndCounted() {
    List<OperationResult> rows = rows(3, 0.5, -0.25, () -> 0);
    rows.add(Manifests.fanOut(1, 4, 128, null, 1_000_000));
    rows.add(Manifests.fanOut("executorPool=4 shards=256", 256, 8.0, 0, 0));
    FanOutModel model = model(rows);
    assertThat(fit(rows).observations()).isEqualTo(20);
    assertThat(model.leftOut())
        .containsExactly(
            "1 with fewer than 20 samples", "1 whose new connections were not recorded");
    assertThat(FanOutText.of(model).replaceAll("\\s+", " "))
        .contains("Left out: 1 with fewer than 20 samples, 1 whose new connections");
    List<OperationResult> few = new ArrayList<>(rows.subList(15, 22));
    assertThat(whyNot(few))
        .isEqualTo(
            "it takes at least 6 configurations, and there are 5, without 1 with fewer than 20"
                + " samples and 1 whose new connections were not recorded");
  }

  @Test
  void rowsWithoutSamplesHaveNoModel() {
    List<OperationResult> rows = new ArrayList<>();
    for (int i = 1; i <= 8; i++) {
      rows.add(Manifests.fanOut("shards=" + i, i, 2.0 * (i % 3), 0, 0));
    }
    assertThat(whyNot(rows))
        .isEqualTo(
            "it takes at least 6 configurations, and there are 0, without 8 with fewer than 20"
                + " samples");
    assertThat(model(rows).points()).isEmpty();
  }

  @Test
  void aColumnThatDoesNotVaryHasNoCoefficient() {
    List<OperationResult> sameTasks = new ArrayList<>();
    List<OperationResult> sameConnections = new ArrayList<>();
    List<OperationResult> sameTime = new ArrayList<>();
    for (int i = 1; i <= 8; i++) {
      sameTasks.add(Manifests.fanOut(1, i, 32, 2.0 * i, 1_000_000L * i));
      sameConnections.add(Manifests.fanOut(1, 2, i, 3.96 + 0.01 * (i % 3), 1_000_000L * i));
      sameTime.add(Manifests.fanOut(1, i, i, 2.0 * (i % 3), 1_000_000));
    }
    assertThat(whyNot(sameTasks))
        .isEqualTo("the number of tasks does not vary: it is 32 throughout");
    assertThat(whyNot(sameConnections))
        .isEqualTo("the number of new connections does not vary: it is 3.96 to 3.98 throughout");
    assertThat(whyNot(sameTime)).isEqualTo("p50 is the same in all configurations");
  }

  @Test
  void columnsThatVaryTogetherCannotBeToldApart() {
    List<OperationResult> rows = new ArrayList<>();
    for (int shards = 1; shards <= 8; shards++) {
      rows.add(Manifests.fanOut(1, 64, shards, 1.0 * shards, 1_000_000L * shards * shards));
    }
    assertThat(whyNot(rows))
        .startsWith("tasks and new connections vary together (correlation 1")
        .endsWith("so that their costs cannot be told apart");
    assertThat(FanOutText.of(model(rows)).replaceAll("\\s+", " "))
        .startsWith("route writer: no model can be fitted, because tasks and new connections vary");
  }

  @Test
  void variantsThatNobodyExpectsAreNotFatal() {
    List<OperationResult> rows = new ArrayList<>();
    String[] odd = {
      "", " ", "=", "executorPool=", "executorPool=x shards", "executorPool=-1", "a=b=c"
    };
    for (int i = 0; i < odd.length; i++) {
      rows.add(Manifests.fanOut(odd[i], i, 1.0, 1_000_000, 100));
    }
    assertThat(FanOutModel.of(Manifests.of(rows)))
        .isNotEmpty()
        .allSatisfy(model -> assertThat(model.fit()).isNull());
    assertThat(PoolChoice.of(Manifests.of(rows))).isEmpty();
  }
}
