package dev.citusbench.results;

import java.time.Duration;
import java.time.Instant;

/** One stretch of time that one phase lasted, {@code to} excluded. */
public record PhaseSpan(Phase phase, Instant from, Instant to) {

  public PhaseSpan {
    if (to.isBefore(from)) {
      throw new IllegalArgumentException(
          "phase " + phase + " would end at " + to + " before it begins at " + from);
    }
  }

  /** Whether an instant is in this span. */
  public boolean contains(Instant at) {
    return !at.isBefore(from) && at.isBefore(to);
  }

  Instant middle() {
    return from.plus(length().dividedBy(2));
  }

  public Duration length() {
    return Duration.between(from, to);
  }
}
