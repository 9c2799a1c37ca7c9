package dev.citusbench.sql;

import java.util.Arrays;

/**
 * Items divided among owners by Zipf's law: owner k (from 1) has a share proportional to
 * k<sup>-exponent</sup>. The counts are whole and add up exactly, by the method of the largest
 * remainder (Hamilton); owners hold consecutive items, the largest first.
 */
final class Shares {
  private final long[] firstItem;

  private Shares(long[] firstItem) {
    this.firstItem = firstItem;
  }

  static Shares zipf(int owners, long items, double exponent) {
    double[] weights = new double[owners];
    double sum = 0;
    for (int k = 0; k < owners; k++) {
      weights[k] = Math.pow(k + 1.0, -exponent);
      sum += weights[k];
    }
    long[] counts = new long[owners];
    double[] remainders = new double[owners];
    long given = 0;
    for (int k = 0; k < owners; k++) {
      double exact = items * (weights[k] / sum);
      counts[k] = (long) exact;
      remainders[k] = exact - counts[k];
      given += counts[k];
    }
    long left = items - given;
    if (left > 0) {
      double[] sorted = remainders.clone();
      Arrays.sort(sorted);
      double smallestServed = sorted[owners - (int) left];
      for (int k = 0; k < owners && left > 0; k++) {
        if (remainders[k] > smallestServed) {
          counts[k]++;
          left--;
        }
      }
      for (int k = 0; k < owners && left > 0; k++) {
        if (remainders[k] == smallestServed) {
          counts[k]++;
          left--;
        }
      }
    }
    long[] firstItem = new long[owners + 1];
    for (int k = 0; k < owners; k++) {
      firstItem[k + 1] = firstItem[k] + counts[k];
    }
    return new Shares(firstItem);
  }

  int owners() {
    return firstItem.length - 1;
  }

  long items() {
    return firstItem[owners()];
  }

  long count(int owner) {
    return firstItem[owner + 1] - firstItem[owner];
  }

  long firstItem(int owner) {
    return firstItem[owner];
  }

  int ownerOf(long item) {
    int low = 0;
    int high = owners() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (firstItem[middle] <= item) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
}
