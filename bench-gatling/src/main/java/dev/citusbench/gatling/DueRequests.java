package dev.citusbench.gatling;

import static java.util.stream.Collectors.joining;

import dev.citusbench.results.BenchException;
import dev.citusbench.results.LatencyLog;
import dev.citusbench.results.Manifest;
import dev.citusbench.results.Outcome;
import dev.citusbench.results.PhaseSums;
import dev.citusbench.results.Series;
import dev.citusbench.results.TimePart;
import dev.citusbench.session.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the times of every request that ended, one by one, so that phases which are known only
 * afterwards can be told apart to the nanosecond: a request belongs to the phase in which it was
 * <em>due</em>, however long after that it ended. The intervals of the histogram log could not tell
 * that: they are a second long, and hold what ended in it.
 *
 * <p>A request takes 56 bytes of heap: 3.4 MB for ten minutes at 100 requests a second, 168 MB for
 * two and a half at 20,000.
 */
final class DueRequests implements Consumer<Completed> {
  private static final TimePart[] PARTS = TimePart.values();

  /** Of the longs of a request the first is when it was due, then come its parts, then its kind. */
  private static final int FIELDS = 1 + PARTS.length + 1;

  private static final int REQUESTS_OF_CHUNK = 4096;

  /** The other half of the heap is for Gatling, its users and the histograms. */
  private static final double SHARE_OF_HEAP = 0.5;

  /** A part that the request did not reach. */
  private static final long ABSENT = Long.MIN_VALUE;

  private final List<long[]> chunks = new ArrayList<>();
  private final Map<Kind, Integer> indexes = new HashMap<>();
  private final List<Kind> kinds = new ArrayList<>();
  private int inLast = REQUESTS_OF_CHUNK;

  private final Function<Completed, Scope> scopes;

  /** What requests have in common. There are few different ones, as there are few errors. */
  private record Kind(String operation, Outcome outcome, @Nullable String error, Scope scope) {}

  /**
   * Keeps requests.
   *
   * @param scopes whose data each asks for; called by many threads
   */
  DueRequests(Function<Completed, Scope> scopes) {
    this.scopes = scopes;
  }

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

  /** Hears of each request that is kept, in the order in which they ended. */
  interface Visitor {
    /** One request: instant and duration are in nanoseconds. */
    void request(String operation, Outcome outcome, Scope scope, long dueNanos, long responseNanos);
  }

  /** Hears of each request that is kept; times are at an index and what follows it. */
  private interface Reader {
    void read(long[] chunk, int at, Kind kind);
  }

  /**
   * Refuses a load whose requests would not fit into half of the heap.
   *
   * @param perSecond mean arrivals a second
   * @param length the most that the load can last, warm-up included
   * @param shortens the settings that make it shorter, at least one
   * @param heapBytes the most that the heap may grow to
   * @throws BenchException USAGE where they do not fit
   */
  static void requireRoom(
      long perSecond, Duration length, List<Settings.Name> shortens, long heapBytes) {
    double requests = (double) perSecond * length.toSeconds();
    double bytes = requests * FIELDS * Long.BYTES;
    double room = heapBytes * SHARE_OF_HEAP;
    if (bytes > room) {
      throw BenchException.usage(
          String.format(
              Locale.ROOT,
              "%d requests/s for up to %d s, warm-up included, take %.0f MB to record, and the load"
                  + " generator has %.0f MB for that; lower bench.rate or %s",
              perSecond,
              length.toSeconds(),
              bytes / 1e6,
              room / 1e6,
              shortens.stream().map(Settings.Name::property).collect(joining(" or "))));
    }
  }

  @Override
  public void accept(Completed completed) {
    keep(completed, scopes.apply(completed));
  }

  private synchronized void keep(Completed completed, Scope scope) {
    if (inLast == REQUESTS_OF_CHUNK) {
      chunks.add(new long[REQUESTS_OF_CHUNK * FIELDS]);
      inLast = 0;
    }
    long[] chunk = chunks.get(chunks.size() - 1);
    int at = inLast++ * FIELDS;
    chunk[at++] = completed.dueNanos();
    for (TimePart part : PARTS) {
      chunk[at++] = completed.nanos(part).orElse(ABSENT);
    }
    chunk[at] =
        indexOf(new Kind(completed.operation(), completed.outcome(), completed.error(), scope));
  }

  private int indexOf(Kind kind) {
    return indexes.computeIfAbsent(
        kind,
        fresh -> {
          kinds.add(fresh);
          return kinds.size() - 1;
        });
  }

  private synchronized void read(Reader reader) {
    for (int i = 0; i < chunks.size(); i++) {
      long[] chunk = chunks.get(i);
      int end = (i + 1 < chunks.size() ? REQUESTS_OF_CHUNK : inLast) * FIELDS;
      for (int at = 0; at < end; at += FIELDS) {
        reader.read(chunk, at, kinds.get((int) chunk[at + FIELDS - 1]));
      }
    }
  }

  /** Tells of all requests. */
  void each(Visitor visitor) {
    int response = 1 + List.of(PARTS).indexOf(TimePart.RESPONSE);
    read(
        (chunk, at, kind) ->
            visitor.request(
                kind.operation(), kind.outcome(), kind.scope(), chunk[at], chunk[at + response]));
  }

  /** One row for each series, fault and phase that has requests. */
  List<Manifest.OperationResult> rows(
      PhaseCut cut, Function<String, LatencyLog.Described> described) {
    PhaseSums sums = new PhaseSums();
    for (PhaseCut.Stretch stretch : cut.stretches()) {
      sums.lasted(
          stretch.phase(),
          stretch.fault(),
          Duration.ofNanos(stretch.toNanos() - stretch.fromNanos()));
    }
    read(
        (chunk, at, kind) ->
            cut.at(chunk[at]).ifPresent(stretch -> add(sums, chunk, at, kind, stretch)));
    return sums.rows(described);
  }

  private static void add(
      PhaseSums sums, long[] chunk, int at, Kind kind, PhaseCut.Stretch stretch) {
    for (int i = 0; i < PARTS.length; i++) {
      long nanos = chunk[at + 1 + i];
      if (nanos != ABSENT) {
        Series series = new Series(kind.operation(), PARTS[i], kind.outcome());
        sums.add(series, stretch.phase(), stretch.fault(), nanos);
      }
    }
  }

  /** One tally for each stretch, in their order. */
  List<Tally> tallies(PhaseCut cut) {
    return cut.stretches().stream().map(this::tally).toList();
  }

  private Tally tally(PhaseCut.Stretch stretch) {
    long[] count = new long[1];
    Map<String, Map<String, Long>> errors = new TreeMap<>();
    read(
        (chunk, at, kind) -> {
          if (stretch.contains(chunk[at])) {
            count[0]++;
            String error = kind.error();
            if (error != null) {
              errors
                  .computeIfAbsent(kind.operation(), operation -> new TreeMap<>())
                  .merge(error, 1L, Long::sum);
            }
          }
        });
    return new Tally(stretch, count[0], errors);
  }
}
