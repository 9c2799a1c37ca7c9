package dev.citusbench.sql;

/**
 * A permutation of 0 … n-1 that can be computed at any position and backwards: p → (a·p + b) mod n,
 * with a near n / golden ratio and coprime to n, so that what lies together is spread evenly.
 */
final class Shuffle {
  private final long size;
  private final long factor;
  private final long inverse;
  private final long offset;

  /**
   * Makes the permutation.
   *
   * @param size at most 2^31, so that no product overflows
   */
  Shuffle(long size, long seed) {
    this.size = size;
    long a = Math.max(1, (long) (size * 0.6180339887498949));
    while (gcd(a, size) != 1) {
      a++;
    }
    this.factor = a % size;
    this.inverse = inverse(this.factor, size);
    this.offset = Mix.below(Mix.at(seed, 0), size);
  }

  long at(long position) {
    return (factor * position + offset) % size;
  }

  long positionOf(long value) {
    return Math.floorMod(value - offset, size) * inverse % size;
  }

  private static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  /** By the extended Euclidean algorithm. */
  private static long inverse(long a, long modulus) {
    if (modulus == 1) {
      return 0;
    }
    long previousRemainder = modulus;
    long remainder = a;
    long previous = 0;
    long current = 1;
    while (remainder != 0) {
      long quotient = previousRemainder / remainder;
      long nextRemainder = previousRemainder - quotient * remainder;
      previousRemainder = remainder;
      remainder = nextRemainder;
      long next = previous - quotient * current;
      previous = current;
      current = next;
    }
    return Math.floorMod(previous, modulus);
  }
}
