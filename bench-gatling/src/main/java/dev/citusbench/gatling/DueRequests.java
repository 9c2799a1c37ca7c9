package dev.citusbench.gatling;

import dev.citusbench.results.LatencyLog;
import dev.citusbench.results.Manifest;
import dev.citusbench.results.PhaseSums;
import dev.citusbench.results.Series;
import dev.citusbench.results.TimePart;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Keeps every request that ended, one by one, so that phases which are known only afterwards can be
 * told apart to the nanosecond: a request belongs to the phase in which it was <em>due</em>,
 * however long after that it ended. The intervals of the histogram log could not tell that: they
 * are a second long, and hold what ended in it.
 *
 * <p>A request takes some 150 bytes of heap: 10 MB for ten minutes at 100 requests a second.
 */
final class DueRequests implements Consumer<Completed> {
  private static final TimePart[] PARTS = TimePart.values();

  private final Queue<Completed> requests = new ConcurrentLinkedQueue<>();

  /**
   * Requests of one phase: how many, and the errors of those that failed, by operation and text.
   */
  record Tally(PhaseCut.Stretch stretch, long requests, Map<String, Map<String, Long>> errors) {

    /** Errors of all operations by text. */
    Map<String, Long> errorsByText() {
      Map<String, Long> sums = new TreeMap<>();
      errors
          .values()
          .forEach(of -> of.forEach((text, count) -> sums.merge(text, count, Long::sum)));
      return sums;
    }
  }

  @Override
  public void accept(Completed completed) {
    requests.add(completed);
  }

  /** One row for each series, fault and phase that has requests. */
  List<Manifest.OperationResult> rows(
      PhaseCut cut, Function<String, LatencyLog.Described> described) {
    PhaseSums sums = new PhaseSums();
    for (PhaseCut.Stretch at : cut.stretches()) {
      sums.lasted(at.phase(), at.fault(), Duration.ofNanos(at.toNanos() - at.fromNanos()));
    }
    for (Completed request : requests) {
      cut.at(request.dueNanos()).ifPresent(at -> add(sums, request, at));
    }
    return sums.rows(described);
  }

  private static void add(PhaseSums sums, Completed request, PhaseCut.Stretch at) {
    for (TimePart part : PARTS) {
      Series series = new Series(request.operation(), part, request.outcome());
      request.nanos(part).ifPresent(nanos -> sums.add(series, at.phase(), at.fault(), nanos));
    }
  }

  /** One tally for each stretch, in their order. */
  List<Tally> tallies(PhaseCut cut) {
    List<Tally> tallies = new ArrayList<>();
    for (PhaseCut.Stretch stretch : cut.stretches()) {
      long count = 0;
      Map<String, Map<String, Long>> errors = new TreeMap<>();
      for (Completed request : requests) {
        if (stretch.contains(request.dueNanos())) {
          count++;
          String error = request.error();
          if (error != null) {
            errors
                .computeIfAbsent(request.operation(), operation -> new TreeMap<>())
                .merge(error, 1L, Long::sum);
          }
        }
      }
      tallies.add(new Tally(stretch, count, errors));
    }
    return tallies;
  }
}
