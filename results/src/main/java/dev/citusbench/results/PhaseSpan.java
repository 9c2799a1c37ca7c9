package dev.citusbench.results;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One stretch of time that one phase lasted, {@code to} excluded.
 *
 * @param fault index in {@link Manifest#faults} of the fault that the phase is about; null for
 *     phases that are about none
 */
public record PhaseSpan(Phase phase, @Nullable Integer fault, Instant from, Instant to) {

  public PhaseSpan {
    if (to.isBefore(from)) {
      throw new IllegalArgumentException(
          "phase " + phase + " would end at " + to + " before it begins at " + from);
    }
  }

  /** A phase that is about no fault. */
  public PhaseSpan(Phase phase, Instant from, Instant to) {
    this(phase, null, from, to);
  }

  /** Whether all of an interval of a histogram log is in this span. */
  boolean holds(LatencyHistory.Interval interval) {
    return !interval.from().isBefore(from) && !interval.to().isAfter(to);
  }
}
