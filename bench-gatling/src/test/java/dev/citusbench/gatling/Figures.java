package dev.citusbench.gatling;

import java.util.Arrays;

/** Count and percentiles, in nanoseconds: as reported, or as arithmetic says. */
record Figures(long count, long p50, long p90, long p99, long p999, long max) {
  static Figures of(long[] nanos) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return new Figures(
        sorted.length,
        at(sorted, 50),
        at(sorted, 90),
        at(sorted, 99),
        at(sorted, 99.9),
        sorted[sorted.length - 1]);
  }

  /** The smallest value that at least so many percent are not above. */
  private static long at(long[] sorted, double percentile) {
    int rank = (int) Math.ceil(percentile / 100 * sorted.length);
    return sorted[Math.max(1, rank) - 1];
  }

  /** From {@link TrafficSimulation}'s result. */
  static Figures parse(String text) {
    long[] values = Arrays.stream(text.split(" ", -1)).mapToLong(Long::parseLong).toArray();
    return new Figures(values[0], values[1], values[2], values[3], values[4], values[5]);
  }
}
