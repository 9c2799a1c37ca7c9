package dev.citusbench.gatling;

import dev.citusbench.gatling.probe.Outages;
import java.util.List;

/**
 * What of the load is about one fault. Instants are of {@link System#nanoTime()}.
 *
 * @param quietNanos from when on the probes of this fault were under way, and nothing was broken
 * @param openedNanos when it was opened
 * @param outageEndNanos when the last stream of plain probes had its outage behind it; where none
 *     had one, when all of them were found to succeed
 * @param watchedNanos until when the probes went on
 * @param group that it was aimed at; below 0 where it was none
 */
record FaultWatch(
    long quietNanos, long openedNanos, long outageEndNanos, long watchedNanos, int group) {
  /**
   * The watch of a fault.
   *
   * @param boundNanos when all plain streams were found to succeed
   */
  static FaultWatch of(
      long quietNanos,
      long openedNanos,
      List<Outages.Gap> outages,
      long boundNanos,
      long watchedNanos,
      int group) {
    long end =
        outages.stream()
            .mapToLong(gap -> gap.toNanos() - openedNanos)
            .max()
            .orElse(boundNanos - openedNanos);
    return new FaultWatch(quietNanos, openedNanos, openedNanos + end, watchedNanos, group);
  }

  boolean isQuiet(long dueNanos) {
    return dueNanos - quietNanos >= 0 && dueNanos - openedNanos < 0;
  }

  boolean isOutage(long dueNanos) {
    return dueNanos - openedNanos >= 0 && dueNanos - outageEndNanos < 0;
  }
}
