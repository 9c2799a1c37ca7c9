package dev.citusbench.gatling;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Why the figures of an open load are not to be trusted. The generator is a suspect: where it was
 * late, or did not reach the rate it was asked for, the latencies are its own.
 */
final class Verdict {
  /** How far the achieved rate may fall short of the asked one. */
  static final double RATE_TOLERANCE = 0.01;

  /** The 99th percentile of lag may reach this. */
  static final long LAG_P99_NANOS = 20_000_000;

  /**
   * Bound of the lag's p99 while faults are measured. A member that starts again on the generator's
   * own processors delays it; what is measured then lasts seconds, and lag is part of every
   * response, so that it can only make the cluster look worse.
   */
  static final long LAG_P99_FAULT_NANOS = 250_000_000;

  /** Share of the requests that may fail in the steady phase, where nothing is broken. */
  static final double FAILED_SHARE = 0.01;

  private Verdict() {}

  /** Reasons against the steady phase; empty for good figures. */
  static List<String> onSteady(
      long perSecond, Punctuality seen, Load load, long requests, Map<String, Long> errors) {
    List<String> reasons = new ArrayList<>();
    if (seen.count() == 0) {
      reasons.add("no request was sent in the steady phase");
      return reasons;
    }
    if (seen.count() < seen.expected() * (1 - RATE_TOLERANCE)) {
      reasons.add(
          text("%d of %d requests were sent in the steady phase", seen.count(), seen.expected()));
    }
    if (seen.perSecond() < perSecond * (1 - RATE_TOLERANCE)) {
      reasons.add(
          text(
              "the generator reached %.1f of %d requests/s: more than %.0f %% too few; lower bench.rate",
              seen.perSecond(), perSecond, RATE_TOLERANCE * 100));
    }
    if (seen.lagNanos(99) > LAG_P99_NANOS) {
      reasons.add(
          text(
              "the generator was late: lag p99 %.1f ms is over %.0f ms; lower bench.rate, or take load off this machine",
              seen.lagNanos(99) / 1e6, LAG_P99_NANOS / 1e6));
    }
    if (load.overBound() > 0) {
      reasons.add(
          text(
              "%d requests were not sent, because %d were outstanding; lower bench.rate, or raise bench.connections",
              load.overBound(), load.mostOutstanding()));
    }
    long failed = errors.values().stream().mapToLong(Long::longValue).sum();
    if (failed > requests * FAILED_SHARE) {
      reasons.add(
          text("%d of %d requests failed in the steady phase: %s", failed, requests, errors));
    }
    return reasons;
  }

  /**
   * Reasons against what was measured after the steady phase, while things are broken; empty for
   * good figures.
   *
   * @param nanos how long that lasted
   */
  static List<String> onFaults(long perSecond, Punctuality seen, long nanos) {
    List<String> reasons = new ArrayList<>();
    double due = perSecond * (nanos / 1e9);
    // The last second may be cut.
    if (seen.count() < due * (1 - RATE_TOLERANCE) - perSecond) {
      reasons.add(
          text(
              "%d of %.0f requests were sent while faults were measured; lower bench.rate, or take load off this machine",
              seen.count(), due));
    }
    if (seen.lagNanos(99) > LAG_P99_FAULT_NANOS) {
      reasons.add(
          text(
              "the generator was late while faults were measured: lag p99 %.1f ms is over %.0f ms; lower bench.rate, or take load off this machine",
              seen.lagNanos(99) / 1e6, LAG_P99_FAULT_NANOS / 1e6));
    }
    return reasons;
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
