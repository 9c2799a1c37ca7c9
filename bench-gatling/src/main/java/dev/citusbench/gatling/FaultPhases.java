package dev.citusbench.gatling;

import dev.citusbench.gatling.PhaseCut.Begin;
import dev.citusbench.gatling.probe.Outages;
import dev.citusbench.results.Phase;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the phases around one fault begin, by what was measured of it:
 *
 * <ul>
 *   <li>{@code fault} when it was opened, if no stream of probes had its outage yet;
 *   <li>{@code outage} while at least one stream is in its outage, as the fault's table of outages
 *       has it ({@link Outages#all}); but not before the fault was opened: the time from one probe
 *       to the next tells nothing about a fault that was not there yet. Where the outages of the
 *       streams do not overlap there are several such stretches;
 *   <li>{@code recovery} from the success that ended the outage, the last one where several streams
 *       of probes had one; with the opening of the fault where none had. A stream's other, shorter
 *       disturbances, such as one error of a cluster that settles, are no outage: they would make
 *       one of the seconds in which all streams succeeded. Their errors are in the phase that they
 *       fell in;
 *   <li>{@code after} when the cluster was seen as ready as before. It is asked for that only once
 *       all streams succeed, so that a recovery can be too long by the time in which that was found
 *       out and by a poll, never too short. Where it did not get ready, the recovery goes on.
 * </ul>
 *
 * <p>So borders are as sharp as the probes were: {@code resolutionMillis} of the outages.
 */
final class FaultPhases {
  private FaultPhases() {}

  /**
   * The begins, in the order of time.
   *
   * @param fault index of the fault
   * @param outages of the streams, in any order
   * @param readyNanos null where the cluster did not get ready
   */
  static List<Begin> of(
      int fault, long openedNanos, List<Outages.Gap> outages, @Nullable Long readyNanos) {
    List<Outages.Gap> ordered =
        outages.stream()
            .sorted(Comparator.comparingLong(gap -> gap.fromNanos() - openedNanos))
            .toList();
    List<Begin> begins = new ArrayList<>();
    if (ordered.isEmpty()) {
      begins.add(new Begin(Phase.RECOVERY, fault, openedNanos));
    } else if (ordered.get(0).fromNanos() - openedNanos > 0) {
      begins.add(new Begin(Phase.FAULT, fault, openedNanos));
    }
    int next = 0;
    while (next < ordered.size()) {
      long from = ordered.get(next).fromNanos();
      long to = ordered.get(next).toNanos();
      while (next < ordered.size() && ordered.get(next).fromNanos() - to <= 0) {
        to = ordered.get(next).toNanos() - to > 0 ? ordered.get(next).toNanos() : to;
        next++;
      }
      begins.add(new Begin(Phase.OUTAGE, fault, from - openedNanos > 0 ? from : openedNanos));
      begins.add(new Begin(Phase.RECOVERY, fault, to));
    }
    if (readyNanos != null) {
      begins.add(new Begin(Phase.AFTER, fault, readyNanos));
    }
    return begins;
  }
}
