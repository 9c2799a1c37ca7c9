package dev.citusbench.gatling;

import dev.citusbench.gatling.PhaseCut.Begin;
import dev.citusbench.gatling.probe.Outages;
import dev.citusbench.results.Phase;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the phases around one fault begin, by what was measured of it:
 *
 * <ul>
 *   <li>{@code fault} when it was opened, if the probes still succeeded then;
 *   <li>{@code outage} with the last success before the first disturbance of any stream, as {@link
 *       Outages#together} has it, though probes may succeed again in between; but not before the
 *       fault was opened: the time from one probe to the next tells nothing about a fault that was
 *       not there yet;
 *   <li>{@code recovery} with the success that ended the outage, the last one where several streams
 *       of probes had one; with the opening of the fault where none had;
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
   * @param outage null where no stream had one
   * @param readyNanos null where the cluster did not get ready
   */
  static List<Begin> of(
      int fault, long openedNanos, Outages.@Nullable Gap outage, @Nullable Long readyNanos) {
    List<Begin> begins = new ArrayList<>();
    if (outage == null) {
      begins.add(new Begin(Phase.RECOVERY, fault, openedNanos));
    } else {
      if (outage.fromNanos() - openedNanos > 0) {
        begins.add(new Begin(Phase.FAULT, fault, openedNanos));
        begins.add(new Begin(Phase.OUTAGE, fault, outage.fromNanos()));
      } else {
        begins.add(new Begin(Phase.OUTAGE, fault, openedNanos));
      }
      begins.add(new Begin(Phase.RECOVERY, fault, outage.toNanos()));
    }
    if (readyNanos != null) {
      begins.add(new Begin(Phase.AFTER, fault, readyNanos));
    }
    return begins;
  }
}
