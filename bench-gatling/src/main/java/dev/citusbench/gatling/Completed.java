package dev.citusbench.gatling;

import dev.citusbench.results.Outcome;
import dev.citusbench.results.TimePart;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A request that has ended, with its instants on the clock of {@link System#nanoTime()}. A part
 * that was not reached is null: a request that got no connection has no service time.
 *
 * @param index of the arrival, from 0
 * @param dueNanos when the schedule wanted it
 * @param handedOverNanos when the generator gave it to us
 * @param takenNanos when a worker took it
 * @param connectedNanos when the worker had a connection
 * @param endedNanos when the answer was complete, or the error was there
 * @param error few different texts, such as {@code SQLSTATE 40001}; null for a good answer
 */
public record Completed(
    String operation,
    long index,
    long dueNanos,
    long handedOverNanos,
    @Nullable Long takenNanos,
    @Nullable Long connectedNanos,
    long endedNanos,
    @Nullable String error) {

  /** How it ended. */
  public Outcome outcome() {
    return error == null ? Outcome.OK : Outcome.FAILED;
  }

  /** Nanoseconds of one part; empty where the request did not get that far. */
  public OptionalLong nanos(TimePart part) {
    return switch (part) {
      case RESPONSE -> OptionalLong.of(endedNanos - dueNanos);
      case LAG -> OptionalLong.of(handedOverNanos - dueNanos);
      case QUEUE -> until(takenNanos, handedOverNanos);
      case POOL ->
          takenNanos == null
              ? OptionalLong.empty()
              : OptionalLong.of(
                  (connectedNanos == null ? endedNanos : connectedNanos) - takenNanos);
      case SERVICE ->
          connectedNanos == null
              ? OptionalLong.empty()
              : OptionalLong.of(endedNanos - connectedNanos);
    };
  }

  private static OptionalLong until(@Nullable Long end, long start) {
    return end == null ? OptionalLong.empty() : OptionalLong.of(end - start);
  }
}
