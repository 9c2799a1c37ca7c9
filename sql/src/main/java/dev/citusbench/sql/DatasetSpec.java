package dev.citusbench.sql;

import dev.citusbench.results.BenchException;

/**
 * Which data: two loads of the same spec hold the same rows, on any engine.
 *
 * @param scale 1 is 1,000 tenants, 500,000 orders, 1,500,000 order lines, 500,000 events and 10,000
 *     products; from {@value #MIN_SCALE} to {@value #MAX_SCALE}, fractions welcome
 * @param seed of every row, and of every parameter drawn
 */
public record DatasetSpec(double scale, long seed) {
  public static final double MIN_SCALE = 0.001;
  public static final double MAX_SCALE = 1000;

  public DatasetSpec {
    if (!(scale >= MIN_SCALE && scale <= MAX_SCALE)) {
      throw BenchException.usage(
          "scale %s is not possible: give one from %s to %s (1 is 500,000 orders)"
              .formatted(scale, MIN_SCALE, (long) MAX_SCALE));
    }
  }
}
