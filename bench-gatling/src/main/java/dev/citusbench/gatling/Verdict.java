package dev.citusbench.gatling;

import dev.citusbench.results.Manifest.Generator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Why the figures of an open load are not to be trusted. The generator is a suspect: where it was
 * late, held up, busy with itself, or did not reach the rate it was asked for, the latencies are
 * its own.
 */
final class Verdict {
  /** How far the achieved rate may be from the asked one. */
  static final double RATE_TOLERANCE = 0.001;

  /** The rate is not judged more sharply than over a minute: what is late at its ends is lag. */
  static final double RATE_SECONDS = 60;

  /** The 99th percentile of lag may reach this. */
  static final long LAG_P99_NANOS = 20_000_000;

  /** The 99.9th percentile of lag may reach this, where there are so many requests. */
  static final long LAG_P999_NANOS = 100_000_000;

  private static final long FEWEST_FOR_P999 = 10_000;

  /**
   * The 99th percentile of how long an ordinary thread of the process oversleeps may reach this.
   * The thread that hands requests over is served before all others where it may be, so its lag
   * does not tell how long those wait that send them and take the answers; this does. Good runs had
   * 0.6 to 7 ms.
   */
  static final long HICCUP_P99_NANOS = 20_000_000;

  /**
   * The process may be held up this long at once. On two cores that a cluster shares, good runs had
   * pauses of 70 to 220 ms at a lag's p99 of 3 to 4.5 ms. This bound is for a machine that stood
   * still.
   */
  static final long PAUSE_NANOS = 500_000_000;

  /** Share of a span that garbage collection may pause it. */
  static final double COLLECTION_SHARE = 0.02;

  /** Share of all cores that the generator may use: they are the cluster's too. */
  static final double PROCESSOR_SHARE = 0.5;

  /**
   * Bound of the lag's p99 while faults are measured. A member that starts again on the generator's
   * own processors delays it; what is measured then lasts seconds, and lag is part of every
   * response, so that it can only make the cluster look worse.
   */
  static final long LAG_P99_FAULT_NANOS = 250_000_000;

  /** Bound of the p99 of what an ordinary thread oversleeps meanwhile, for the same reason. */
  static final long HICCUP_P99_FAULT_NANOS = 250_000_000;

  /**
   * Share of the requests that may fail in the steady phase, where nothing is broken. They are in
   * no percentile of the good ones: with more, the slowest could hide among them.
   */
  static final double FAILED_SHARE = 0.001;

  private static final String LOWER = "lower bench.rate, or take load off this machine";

  private Verdict() {}

  /**
   * Reasons against the steady phase; empty for good figures.
   *
   * @param seconds its length
   * @param requests those that were due in it and are in the record
   * @param errors how many of them failed, by error
   */
  static List<String> onSteady(
      Generator seen, double seconds, long requests, Map<String, Long> errors) {
    List<String> reasons = new ArrayList<>();
    if (seen.sent() == 0) {
      reasons.add("no request was sent in the steady phase");
      return reasons;
    }
    if (Math.abs(seen.rateError()) > RATE_TOLERANCE * Math.max(1, RATE_SECONDS / seconds)) {
      reasons.add(
          text(
              "the generator reached %.2f of %.2f requests/s: an error of %+.2f %%; %s",
              seen.achievedPerSecond(), seen.askedPerSecond(), 100 * seen.rateError(), LOWER));
    }
    if (seen.sent() < seen.due()) {
      reasons.add(
          text(
              "%d of %d due requests were not sent in the steady phase; %s",
              seen.due() - seen.sent(), seen.due(), LOWER));
    }
    if (seen.lagP99Nanos() > LAG_P99_NANOS) {
      reasons.add(
          text(
              "the generator was late: lag p99 %.1f ms is over %.0f ms; %s",
              seen.lagP99Nanos() / 1e6, LAG_P99_NANOS / 1e6, LOWER));
    }
    if (seen.sent() >= FEWEST_FOR_P999 && seen.lagP999Nanos() > LAG_P999_NANOS) {
      reasons.add(
          text(
              "the generator was late: lag p99.9 %.1f ms is over %.0f ms; %s",
              seen.lagP999Nanos() / 1e6, LAG_P999_NANOS / 1e6, LOWER));
    }
    if (seen.hiccupP99Nanos() > HICCUP_P99_NANOS) {
      reasons.add(
          text(
              "the generator's threads were held up: p99 %.1f ms is over %.0f ms; %s",
              seen.hiccupP99Nanos() / 1e6, HICCUP_P99_NANOS / 1e6, LOWER));
    }
    if (seen.hiccupMaxNanos() > PAUSE_NANOS) {
      reasons.add(
          text(
              "the generator was held up for %.0f ms at once, over %.0f ms; take load off this"
                  + " machine",
              seen.hiccupMaxNanos() / 1e6, PAUSE_NANOS / 1e6));
    }
    reasons.addAll(onOwnUse(seen, seconds, ""));
    if (seen.refused() > 0) {
      reasons.add(
          text(
              "%d requests were not sent, because %d were outstanding; lower bench.rate, or raise"
                  + " bench.connections",
              seen.refused(), seen.outstandingBound()));
    }
    if (seen.abandoned() > 0) {
      reasons.add(
          text(
              "%d requests had no answer when the load ended, and are in no figure",
              seen.abandoned()));
    }
    // Of those that were refused or given up some may have been due outside of the steady phase;
    // where there are any, the run is invalid already.
    long missing = seen.sent() - seen.refused() - seen.abandoned() - requests;
    if (missing > 0 || requests > seen.sent()) {
      reasons.add(
          text(
              "%d requests of the steady phase were sent, and %d are in the record: %d are %s; this"
                  + " is an error of the load generator, see its log",
              seen.sent(),
              requests,
              Math.max(missing, requests - seen.sent()),
              missing > 0 ? "missing" : "too many"));
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
   * good figures. Pauses are not judged here but where they matter: no probe sees an outage more
   * sharply than the longest pause in it, and that is bounded.
   *
   * @param seconds its length
   */
  static List<String> onFaults(Generator seen, double seconds) {
    List<String> reasons = new ArrayList<>();
    if (seen.sent() < seen.due()) {
      reasons.add(
          text(
              "%d of %d due requests were not sent while faults were measured; %s",
              seen.due() - seen.sent(), seen.due(), LOWER));
    }
    if (seen.lagP99Nanos() > LAG_P99_FAULT_NANOS) {
      reasons.add(
          text(
              "the generator was late while faults were measured: lag p99 %.1f ms is over %.0f ms;"
                  + " %s",
              seen.lagP99Nanos() / 1e6, LAG_P99_FAULT_NANOS / 1e6, LOWER));
    }
    if (seen.hiccupP99Nanos() > HICCUP_P99_FAULT_NANOS) {
      reasons.add(
          text(
              "the generator's threads were held up while faults were measured: p99 %.1f ms is over"
                  + " %.0f ms; %s",
              seen.hiccupP99Nanos() / 1e6, HICCUP_P99_FAULT_NANOS / 1e6, LOWER));
    }
    reasons.addAll(onOwnUse(seen, seconds, " while faults were measured"));
    return reasons;
  }

  private static List<String> onOwnUse(Generator seen, double seconds, String when) {
    List<String> reasons = new ArrayList<>();
    if (seen.collectionMillis() > seconds * 1000 * COLLECTION_SHARE) {
      reasons.add(
          text(
              "garbage collection paused the generator for %d ms of %.0f s%s, over %.0f %%; give it"
                  + " more memory (-Xmx)",
              seen.collectionMillis(), seconds, when, COLLECTION_SHARE * 100));
    }
    if (seen.processorShare() > PROCESSOR_SHARE) {
      reasons.add(
          text(
              "the generator used %.0f %% of all cores%s, over %.0f %%; lower bench.rate",
              seen.processorShare() * 100, when, PROCESSOR_SHARE * 100));
    }
    return reasons;
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
