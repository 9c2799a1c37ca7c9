package dev.citusbench.sql;

/**
 * Pseudo-random numbers that are a pure function of where they are used: SplitMix64 (G. L. Steele,
 * D. Lea, C. H. Flood: "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014) read at any
 * position of its stream, with the finalizer "variant 13" of D. Stafford, as in {@code
 * java.util.SplittableRandom}.
 */
final class Mix {
  /** The odd number nearest to 2^64 / golden ratio: consecutive multiples are far apart. */
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private Mix() {}

  /** The number at a position of the stream that a seed begins. */
  static long at(long seed, long position) {
    return mix(seed + (position + 1) * GOLDEN_GAMMA);
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /**
   * Maps a number to one below a bound by multiplication: the bias is at most bound / 2^63.
   *
   * @param bound from 1 to 2^62
   */
  static long below(long number, long bound) {
    return Math.multiplyHigh(number >>> 1, bound << 1);
  }

  /** A number from low to high, both included. */
  static long between(long number, long low, long high) {
    return low + below(number, high - low + 1);
  }
}
