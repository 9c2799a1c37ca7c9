package dev.citusbench.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
      double base, double perTask, double perConnection, DoubleSupplier noiseMillis) {
    List<OperationResult> rows = new ArrayList<>();
    for (int pool : POOLS) {
      for (int shards : SHARDS) {
        double connections = Math.min(2 * pool, shards) - 0.125;
        double millis =
            base + perTask * shards + perConnection * connections + noiseMillis.getAsDouble();
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
    assertThat(fit.residualMillis()).isCloseTo(0, within(1e-9));
    assertThat(fit.rSquared()).isCloseTo(1, within(1e-12));
    assertThat(fit.perConnection().toldApartFromZero()).isTrue();
  }

  /** The figures are those of the textbook formulas, worked out by hand for six rows. */
  @Test
  void intervalsAndResidualsAreThoseOfLeastSquares() {
    // A design with orthogonal columns: tasks 10 ± 2, connections 5 ± 1, two centres.
    double[][] design = {{8, 4}, {8, 6}, {12, 4}, {12, 6}, {10, 5}, {10, 5}};
    double[] millis = {10, 12, 14, 18, 13, 14};
    List<OperationResult> rows = new ArrayList<>();
    for (int i = 0; i < design.length; i++) {
      rows.add(
          Manifests.fanOut(
              "executorPool=" + (i + 1),
              (int) design[i][0],
              design[i][1],
              Math.round(millis[i] * 1e6),
              20));
    }
    Fit fit = fit(rows);
    // Sxx = 16 and 4; Sxy = 2·(14+18-10-12) = 20 and 12+18-10-14 = 6.
    assertThat(fit.perTask().millis()).isCloseTo(20.0 / 16, within(1e-9));
    assertThat(fit.perConnection().millis()).isCloseTo(6.0 / 4, within(1e-9));
    assertThat(fit.base().millis()).isCloseTo(13.5 - 12.5 - 7.5, within(1e-9));
    // Residuals 0.5, -0.5, -0.5, 0.5, -0.5, 0.5: their squares sum to 1.5, over 3 degrees.
    double residual = Math.sqrt(1.5 / 3);
    assertThat(fit.residualMillis()).isCloseTo(residual, within(1e-9));
    // Syy = 12.25 + 2.25 + 0.25 + 20.25 + 0.25 + 0.25 = 35.5.
    assertThat(fit.rSquared()).isCloseTo(1 - 1.5 / 35.5, within(1e-9));
    // The table of Student's t has 3.1824 for 3 degrees of freedom and 97.5 %.
    assertThat(fit.perTask().high() - fit.perTask().millis())
        .isCloseTo(3.1824 * residual / 4, within(1e-4));
    assertThat(fit.perConnection().millis() - fit.perConnection().low())
        .isCloseTo(3.1824 * residual / 2, within(1e-4));
    assertThat(fit.base().high() - fit.base().low())
        .isCloseTo(
            2 * 3.1824 * residual * Math.sqrt(1.0 / 6 + 100.0 / 16 + 25.0 / 4), within(1e-3));
  }

  @Test
  void intervalsHoldTheTruthInNineteenOfTwentyCases() {
    Random random = new Random(1);
    int cases = 1_000;
    int[] held = new int[3];
    for (int i = 0; i < cases; i++) {
      Fit fit = fit(rows(30, 0.5, -0.25, () -> 2 * random.nextGaussian()));
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
    Fit fit = fit(rows(30, 0.5, 0, random::nextGaussian));
    assertThat(fit.perConnection().toldApartFromZero()).isFalse();
    assertThat(fit.perTask().toldApartFromZero()).isTrue();
    assertThat(FanOutText.of(model(rows(30, 0.5, 0, new Random(3)::nextGaussian))))
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
    assertThat(whyNot(rows)).isEqualTo("the connections that a statement opened were not recorded");
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
        .containsExactly("1 with fewer than 20 samples", "1 whose connections were not recorded");
    assertThat(FanOutText.of(model).replaceAll("\\s+", " "))
        .contains("Left out: 1 with fewer than 20 samples, 1 whose connections");
    List<OperationResult> few = new ArrayList<>(rows.subList(15, 22));
    assertThat(whyNot(few))
        .isEqualTo(
            "it takes at least 6 configurations, and there are 5, without 1 with fewer than 20"
                + " samples and 1 whose connections were not recorded");
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
        .isEqualTo("the number of connections does not vary: it is 3.96 to 3.98 throughout");
    assertThat(whyNot(sameTime)).isEqualTo("p50 is the same in all configurations");
  }

  @Test
  void columnsThatVaryTogetherCannotBeToldApart() {
    List<OperationResult> rows = new ArrayList<>();
    for (int shards = 1; shards <= 8; shards++) {
      rows.add(Manifests.fanOut(1, 64, shards, 1.0 * shards, 1_000_000L * shards * shards));
    }
    assertThat(whyNot(rows))
        .startsWith("tasks and connections vary together (correlation 1")
        .endsWith("so that their costs cannot be told apart");
    assertThat(FanOutText.of(model(rows)).replaceAll("\\s+", " "))
        .startsWith("route writer: no model can be fitted, because tasks and connections vary");
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
