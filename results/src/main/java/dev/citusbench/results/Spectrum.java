package dev.citusbench.results;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Percentile curves of response times. The axis is 1/(1-p): 10 is p90, 10,000 is p99.99. A curve
 * ends where fewer than ten requests lie beyond it, and has no value where the operation has too
 * few for a p50, as {@link Percentile} has it.
 *
 * @param x values of the axis, common to all curves
 */
record Spectrum(List<Double> x, List<Curve> curves) {
  private static final double LAST = 10_000;
  private static final int PER_DECADE = 40;
  private static final int BEYOND = 10;

  /**
   * One curve.
   *
   * @param steady whether it holds the steady phase only, or the whole run
   * @param y nanoseconds, null where there are too few requests
   */
  record Curve(String operation, boolean steady, long count, List<@Nullable Long> y) {}

  /** Sums the histograms as they come. */
  static final class Builder {
    private final Map<String, Histogram> whole = new TreeMap<>();
    private final Map<String, Histogram> steady = new TreeMap<>();

    void add(String operation, Histogram histogram, boolean isSteady) {
      sum(whole, operation).add(histogram);
      if (isSteady) {
        sum(steady, operation).add(histogram);
      }
    }

    private static Histogram sum(Map<String, Histogram> sums, String operation) {
      return sums.computeIfAbsent(
          operation, name -> new Histogram(1, LatencyLog.HIGHEST_NANOS, LatencyLog.DIGITS));
    }

    Spectrum build() {
      List<Double> x = new ArrayList<>();
      int points = (int) Math.round(Math.log10(LAST) * PER_DECADE);
      for (int i = 0; i <= points; i++) {
        x.add(Math.round(Math.pow(10, i / (double) PER_DECADE) * 1e4) / 1e4);
      }
      List<Curve> curves = new ArrayList<>();
      steady.forEach((operation, sum) -> curves.add(curve(operation, true, sum, x)));
      whole.forEach((operation, sum) -> curves.add(curve(operation, false, sum, x)));
      return new Spectrum(x, curves);
    }

    private static Curve curve(String operation, boolean steady, Histogram sum, List<Double> x) {
      long count = sum.getTotalCount();
      List<@Nullable Long> y = new ArrayList<>();
      for (double each : x) {
        boolean shown = Percentile.P50.standsOn(count) && BEYOND * each <= count;
        y.add(shown ? (Long) sum.getValueAtPercentile(100 * (1 - 1 / each)) : null);
      }
      return new Curve(operation, steady, count, y);
    }
  }
}
