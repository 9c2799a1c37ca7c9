package dev.citusbench.results;

import java.time.Instant;
import java.time.InstantSource;

/** Wall-clock time at its making, and from there on what {@link System#nanoTime} adds. */
final class SteadyClock implements InstantSource {
  private final Instant base = Instant.now();
  private final long baseNanos = System.nanoTime();

  @Override
  public Instant instant() {
    return base.plusNanos(System.nanoTime() - baseNanos);
  }
}
