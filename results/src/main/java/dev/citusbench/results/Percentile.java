package dev.citusbench.results;

/**
 * A percentile, and how many samples it takes. It is shown only where at least ten samples lie
 * beyond it: how many do is itself random, with a standard deviation of about the root of that
 * number, so that with ten the rank is known to about a third, and with one it is the maximum.
 */
enum Percentile {
  P50(20),
  P90(100),
  P99(1_000),
  P999(10_000);

  /** The rule in words. */
  static final String RULE =
      "– stands for a percentile with fewer than 10 samples beyond it: p50 takes 20 samples, p90"
          + " 100, p99 1,000 and p99.9 10,000. With fewer it would be little else than the maximum.";

  private final long fewest;

  Percentile(long fewest) {
    this.fewest = fewest;
  }

  /** Whether ten samples lie beyond it. */
  boolean standsOn(long count) {
    return count >= fewest;
  }

  /** The figure, or a dash where it does not stand on enough samples. */
  String shown(long nanos, long count) {
    return standsOn(count) ? Units.nanos(nanos) : "–";
  }
}
