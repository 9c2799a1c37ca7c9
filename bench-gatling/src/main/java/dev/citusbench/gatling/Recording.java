package dev.citusbench.gatling;

import dev.citusbench.results.LatencyLog;
import dev.citusbench.results.Phase;
import dev.citusbench.results.TimePart;
import java.util.function.Consumer;

/**
 * Writes each request's times into the histogram log, the failed ones apart. A part that a request
 * did not reach gets no value.
 */
public final class Recording implements Consumer<Completed> {
  private static final TimePart[] PARTS = TimePart.values();

  private final LatencyLog log;

  /** A recording that begins with the warm-up. */
  public Recording(LatencyLog log) {
    this.log = log;
    log.phase(Phase.WARM_UP);
  }

  /** Another phase begins now. */
  public void phase(Phase next) {
    log.phase(next);
  }

  @Override
  public void accept(Completed completed) {
    for (TimePart part : PARTS) {
      completed
          .nanos(part)
          .ifPresent(nanos -> log.record(completed.operation(), part, completed.outcome(), nanos));
    }
  }
}
