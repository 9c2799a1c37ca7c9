package dev.citusbench.results;

import dev.citusbench.results.Manifest.OperationResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.hipparchus.distribution.continuous.TDistribution;
import org.hipparchus.stat.correlation.PearsonsCorrelation;
import org.hipparchus.stat.regression.OLSMultipleLinearRegression;
import org.jspecify.annotations.Nullable;

/**
 * What a statement over several shards costs, as a linear model of its tasks and of the connections
 * that Citus opened for it: {@code p50 = base + perTask × tasks + perConnection × connections},
 * fitted by least squares to the rows of {@code fan-out}, each divided by its p50: a configuration
 * of 250 ms is off by more milliseconds than one of 1 ms, and by about the same share. A connection
 * that Citus had kept from an earlier statement is not counted: sending a task over it is part of
 * the task. It describes the configurations of one run; it does not say what causes what.
 *
 * @param setup what else was varied, such as {@code threads=4}; empty where nothing was. Each route
 *     and setup has a model of its own
 * @param points the configurations measured, by tasks and pool
 * @param leftOut how many rows are not in the fit, and why, in phrases; empty where all are
 * @param fit null where the rows allow none
 * @param whyNot why there is no fit, as a clause; null where there is one
 */
record FanOutModel(
    String route,
    String setup,
    List<Point> points,
    List<String> leftOut,
    @Nullable Fit fit,
    @Nullable String whyNot) {

  static final String OPERATION = "fan-out";
  static final String POOL = "executorPool";
  static final String CACHED = "cachedConnections";
  static final String SHARDS = "shards";

  /** Three coefficients, and as many degrees of freedom for what is left. */
  static final int FEWEST = 6;

  private static final double CONFIDENCE = 0.95;

  /**
   * From here on the variance of the coefficients is 1,000 times what it is without correlation.
   */
  private static final double COLLINEAR = 0.999;

  /** Means of counts differ a little by chance; a coefficient of that would be noise. */
  private static final double LEAST_RANGE_OF_CONNECTIONS = 0.1;

  /**
   * One configuration.
   *
   * @param variant all that was varied
   * @param pool {@code citus.max_adaptive_executor_pool_size}; null where it was not varied, and so
   *     is {@code cachedConnections}, {@code citus.max_cached_conns_per_worker}
   * @param connections opened for a statement, on average; null where nobody counted
   * @param modelMillis null where there is no fit, or no connections
   */
  record Point(
      String variant,
      int tasks,
      @Nullable Integer pool,
      @Nullable Integer cachedConnections,
      @Nullable Double connections,
      double p50Millis,
      @Nullable Double modelMillis) {

    private Point withModel(@Nullable Double millis) {
      return new Point(variant, tasks, pool, cachedConnections, connections, p50Millis, millis);
    }
  }

  /**
   * A coefficient in milliseconds, with the 95 % confidence interval of Student's t distribution.
   */
  record Coefficient(double millis, double low, double high) {
    boolean toldApartFromZero() {
      return low > 0 || high < 0;
    }
  }

  /** The configuration that is farthest from the model, as a share of what was measured. */
  record Residual(String variant, double measuredMillis, double modelMillis) {}

  /**
   * The fitted model.
   *
   * @param base what is left for no task and no connection: an extrapolation
   * @param residualShare standard deviation of the residuals as shares of the p50 that they belong
   *     to, with observations − 3 degrees of freedom
   */
  record Fit(
      int observations,
      Coefficient base,
      Coefficient perTask,
      Coefficient perConnection,
      double residualShare,
      Residual largest) {}

  FanOutModel {
    points = List.copyOf(points);
    leftOut = List.copyOf(leftOut);
  }

  private record Key(String route, String setup) {}

  /** One model for each route and setup; none for a run without such rows. */
  static List<FanOutModel> of(Manifest manifest) {
    Comparator<Key> order = Comparator.comparing(Key::route).thenComparing(Key::setup);
    Map<Key, List<OperationResult>> rows = new TreeMap<>(order);
    for (OperationResult row : manifest.operations()) {
      if (row.name().equals(OPERATION) && isCost(row)) {
        String setup = VariantValues.of(row).without(POOL, CACHED, SHARDS).text();
        rows.computeIfAbsent(new Key(row.route(), setup), key -> new ArrayList<>()).add(row);
      }
    }
    return rows.entrySet().stream().map(entry -> of(entry.getKey(), entry.getValue())).toList();
  }

  /** Whether a row is what an operation costs in a closed loop. */
  static boolean isCost(OperationResult row) {
    return row.source() == Source.JMH
        && row.time() == TimePart.SERVICE
        && row.outcome() == Outcome.OK;
  }

  private static FanOutModel of(Key key, List<OperationResult> rows) {
    List<Point> points =
        rows.stream()
            .filter(row -> Percentile.P50.standsOn(row.count()))
            .map(FanOutModel::point)
            .sorted(
                Comparator.comparingInt(Point::tasks)
                    .thenComparing(Point::pool, Comparator.nullsFirst(Comparator.naturalOrder()))
                    .thenComparing(Point::variant))
            .toList();
    List<Point> counted = points.stream().filter(point -> point.connections != null).toList();
    List<String> leftOut = leftOut(rows.size() - points.size(), points.size() - counted.size());
    String whyNot = whyNot(points, counted, leftOut);
    if (whyNot != null) {
      return new FanOutModel(key.route, key.setup, points, leftOut, null, whyNot);
    }
    OLSMultipleLinearRegression regression = new OLSMultipleLinearRegression();
    regression.setNoIntercept(true); // the base is a column, because it is divided as well
    regression.newSampleData(
        counted.stream().mapToDouble(point -> 1).toArray(),
        counted.stream()
            .map(
                point ->
                    new double[] {
                      1 / point.p50Millis,
                      point.tasks / point.p50Millis,
                      connections(point) / point.p50Millis
                    })
            .toArray(double[][]::new));
    double[] estimates = regression.estimateRegressionParameters();
    List<Point> modelled =
        points.stream().map(point -> point.withModel(model(estimates, point))).toList();
    return new FanOutModel(
        key.route, key.setup, modelled, leftOut, fit(regression, estimates, modelled), null);
  }

  private static Point point(OperationResult row) {
    VariantValues variant = VariantValues.of(row);
    Double connections = row.perOperation().get("connectionsOpened");
    return new Point(
        variant.text(),
        row.tasks(),
        boxed(variant.number(POOL)),
        boxed(variant.number(CACHED)),
        connections == null || !Double.isFinite(connections) ? null : connections,
        row.p50Nanos() / 1e6,
        null);
  }

  private static @Nullable Integer boxed(OptionalInt number) {
    return number.isPresent() ? number.getAsInt() : null;
  }

  private static double connections(Point point) {
    return point.connections == null ? Double.NaN : point.connections;
  }

  private static @Nullable Double model(double[] estimates, Point point) {
    return point.connections == null
        ? null
        : estimates[0] + estimates[1] * point.tasks + estimates[2] * point.connections;
  }

  private static @Nullable String whyNot(
      List<Point> points, List<Point> counted, List<String> leftOut) {
    if (counted.isEmpty() && !points.isEmpty()) {
      return "the new connections that a statement opened were not recorded";
    }
    if (counted.size() < FEWEST) {
      return "it takes at least %d configurations, and there are %d%s"
          .formatted(
              FEWEST,
              counted.size(),
              leftOut.isEmpty() ? "" : ", without " + String.join(" and ", leftOut));
    }
    DoubleSummaryStatistics tasks = counted.stream().mapToDouble(Point::tasks).summaryStatistics();
    if (tasks.getMin() == tasks.getMax()) {
      return "the number of tasks does not vary: it is %s throughout"
          .formatted(Units.number(tasks.getMin()));
    }
    DoubleSummaryStatistics connections =
        counted.stream().mapToDouble(FanOutModel::connections).summaryStatistics();
    if (connections.getMax() - connections.getMin() < LEAST_RANGE_OF_CONNECTIONS) {
      return "the number of new connections does not vary: it is %s to %s throughout"
          .formatted(Units.number(connections.getMin()), Units.number(connections.getMax()));
    }
    double correlation =
        new PearsonsCorrelation()
            .correlation(
                counted.stream().mapToDouble(Point::tasks).toArray(),
                counted.stream().mapToDouble(FanOutModel::connections).toArray());
    if (correlation * correlation > COLLINEAR) {
      return "tasks and new connections vary together (correlation %s), so that their costs cannot be"
              .formatted(Units.number(correlation))
          + " told apart";
    }
    if (counted.stream().mapToDouble(Point::p50Millis).distinct().count() == 1) {
      return "p50 is the same in all configurations";
    }
    return null;
  }

  private static List<String> leftOut(int withoutSamples, int withoutConnections) {
    List<String> leftOut = new ArrayList<>();
    if (withoutSamples > 0) {
      leftOut.add(withoutSamples + " with fewer than 20 samples");
    }
    if (withoutConnections > 0) {
      leftOut.add(withoutConnections + " whose new connections were not recorded");
    }
    return leftOut;
  }

  private static Fit fit(
      OLSMultipleLinearRegression regression, double[] estimates, List<Point> points) {
    double[] errors = regression.estimateRegressionParametersStandardErrors();
    List<Point> fitted = points.stream().filter(point -> point.modelMillis != null).toList();
    double width =
        new TDistribution(fitted.size() - estimates.length)
            .inverseCumulativeProbability((1 + CONFIDENCE) / 2);
    List<Coefficient> coefficients = new ArrayList<>();
    for (int i = 0; i < estimates.length; i++) {
      double half = width * errors[i];
      coefficients.add(new Coefficient(estimates[i], estimates[i] - half, estimates[i] + half));
    }
    Residual largest =
        fitted.stream()
            .map(point -> new Residual(point.variant, point.p50Millis, millis(point)))
            .max(
                Comparator.comparingDouble(
                    residual -> Math.abs(1 - residual.modelMillis / residual.measuredMillis)))
            .orElseThrow();
    return new Fit(
        fitted.size(),
        coefficients.get(0),
        coefficients.get(1),
        coefficients.get(2),
        regression.estimateRegressionStandardError(),
        largest);
  }

  private static double millis(Point point) {
    return point.modelMillis == null ? Double.NaN : point.modelMillis;
  }
}
