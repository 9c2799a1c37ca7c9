package dev.citusbench.gatling;

import dev.citusbench.results.LatencyLog;
import dev.citusbench.results.Phase;
import dev.citusbench.results.TimePart;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/**
 * Writes each request's times into the histogram log, the failed ones apart, and counts errors by
 * phase, operation and text. A part that a request did not reach gets no value.
 */
public final class Recording implements Consumer<Completed> {
  private static final TimePart[] PARTS = TimePart.values();

  private record Failure(Phase phase, String operation, String text) {}

  private final LatencyLog log;
  private final Map<Failure, LongAdder> errors = new ConcurrentHashMap<>();
  private final Map<Phase, LongAdder> requests = new ConcurrentHashMap<>();
  private volatile Phase phase = Phase.WARM_UP;

  /** A recording that begins with the warm-up. */
  public Recording(LatencyLog log) {
    this.log = log;
    log.phase(Phase.WARM_UP);
  }

  /** What ends from now on belongs to another phase. */
  public void phase(Phase next) {
    phase = next;
    log.phase(next);
  }

  @Override
  public void accept(Completed completed) {
    for (TimePart part : PARTS) {
      completed
          .nanos(part)
          .ifPresent(nanos -> log.record(completed.operation(), part, completed.outcome(), nanos));
    }
    requests.computeIfAbsent(phase, key -> new LongAdder()).increment();
    String error = completed.error();
    if (error != null) {
      errors
          .computeIfAbsent(new Failure(phase, completed.operation(), error), key -> new LongAdder())
          .increment();
    }
  }

  /** Requests that ended in a phase, good and failed. */
  public long requests(Phase in) {
    LongAdder count = requests.get(in);
    return count == null ? 0 : count.sum();
  }

  /** Errors of a phase by text. */
  public Map<String, Long> errors(Phase in) {
    Map<String, Long> sums = new TreeMap<>();
    errors.forEach(
        (error, count) -> {
          if (error.phase() == in) {
            sums.merge(error.text(), count.sum(), Long::sum);
          }
        });
    return sums;
  }

  /** Errors of a phase by operation and text. */
  public Map<String, Map<String, Long>> errorsByOperation(Phase in) {
    Map<String, Map<String, Long>> sums = new TreeMap<>();
    errors.forEach(
        (error, count) -> {
          if (error.phase() == in) {
            sums.computeIfAbsent(error.operation(), key -> new TreeMap<>())
                .merge(error.text(), count.sum(), Long::sum);
          }
        });
    return sums;
  }
}
