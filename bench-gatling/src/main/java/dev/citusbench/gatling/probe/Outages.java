package dev.citusbench.gatling.probe;

import dev.citusbench.results.Manifest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Reads the outage off the shots of a stream: from the completion of the last success before the
 * first shot that failed, to the completion of the first success of {@link #RUN} shots in a row, in
 * the order of their starts, that all succeeded. Completions count because that is when a client
 * has its answer; the order of starts, so that a shot that hangs hides no later success. One
 * success between failures ends nothing.
 *
 * <p>A time without answers in which no shot failed counts from {@link #STALL_PERIODS} periods on,
 * or a period and {@link #STALL}, whichever is shorter, but not below {@link #SHORTEST_STALL}: it
 * may be no more than a busy machine. Of several disturbances between the fault and the moment at
 * which all streams succeeded the longest is the outage; what comes later is none of it.
 *
 * <p>The resolution is the longest time between the starts of two shots around the gap: the period,
 * or more where the machine could not keep it.
 */
public final class Outages {
  /** Successes in a row that end an outage. */
  public static final int RUN = 3;

  static final Duration STALL = Duration.ofMillis(500);
  static final int STALL_PERIODS = 4;

  /** A busy machine is held up for longer than some periods of a stream that fires often. */
  static final Duration SHORTEST_STALL = Duration.ofMillis(200);

  private Outages() {}

  /** An outage: its two ends, of which the second may be only the end of the watch. */
  public record Gap(long fromNanos, long toNanos, boolean ended) {
    /** How long it lasted. */
    public long nanos() {
      return toNanos - fromNanos;
    }
  }

  /**
   * The outage of a fault.
   *
   * @param openedNanos when the fault was opened
   * @param boundNanos when all streams succeeded again; an outage that has no end by then lasts
   *     until it
   * @param untilNanos end of the time in which errors are counted
   */
  public static Manifest.Outage of(
      ProbeStream stream, long openedNanos, long boundNanos, long untilNanos) {
    return of(
        stream.client(),
        stream.name(),
        stream.group(),
        stream.period(),
        stream.shots(),
        openedNanos,
        boundNanos,
        untilNanos);
  }

  static Manifest.Outage of(
      String client,
      String name,
      int group,
      Duration period,
      List<Shot> shots,
      long openedNanos,
      long boundNanos,
      long untilNanos) {
    Map<String, Long> errors = new TreeMap<>();
    for (Shot shot : shots) {
      String error = shot.error();
      if (error != null
          && shot.endNanos() - openedNanos >= 0
          && shot.startNanos() - untilNanos <= 0) {
        errors.merge(error, 1L, Long::sum);
      }
    }
    Optional<Gap> gap = longest(shots, period, openedNanos, boundNanos);
    return new Manifest.Outage(
        name,
        group,
        gap.map(Gap::nanos).orElse(0L) / 1e6,
        resolution(shots, period, gap.orElse(new Gap(openedNanos, boundNanos, true))).toNanos()
            / 1e6,
        errors,
        client,
        gap.filter(each -> !each.ended()).isPresent() ? true : null);
  }

  /** The outage whose length {@link #of} gives; empty where there was none. */
  public static Optional<Gap> gap(ProbeStream stream, long openedNanos, long boundNanos) {
    return longest(stream.shots(), stream.period(), openedNanos, boundNanos);
  }

  /**
   * When the last shot was fired before the one whose success ended an outage: from then on the
   * client has only waited for its next turn, and for its answer. The end of the outage where no
   * success ended it, its begin where there was no other shot.
   */
  public static long lastShotNanos(List<Shot> shots, Gap gap) {
    if (!gap.ended()) {
      return gap.toNanos();
    }
    OptionalLong good =
        shots.stream()
            .filter(shot -> shot.succeeded() && shot.endNanos() == gap.toNanos())
            .mapToLong(Shot::startNanos)
            .findFirst();
    return gap.fromNanos()
        + shots.stream()
            .mapToLong(Shot::startNanos)
            .filter(start -> good.isPresent() && start - good.getAsLong() < 0)
            .map(start -> start - gap.fromNanos())
            .max()
            .stream()
            .map(sinceFrom -> Math.max(0, sinceFrom))
            .findFirst()
            .orElse(0);
  }

  /**
   * The outages of all streams, one for each that had one: the gaps whose lengths {@link #of}
   * gives, and no other disturbance.
   */
  public static List<Gap> all(Collection<ProbeStream> streams, long openedNanos, long boundNanos) {
    return streams.stream()
        .flatMap(
            stream -> longest(stream.shots(), stream.period(), openedNanos, boundNanos).stream())
        .toList();
  }

  private static Optional<Gap> longest(
      List<Shot> shots, Duration period, long openedNanos, long boundNanos) {
    return gaps(shots, period, openedNanos, boundNanos).stream()
        .max(Comparator.comparingLong(Gap::nanos));
  }

  /** All disturbances of one stream, in no order; they may overlap. */
  static List<Gap> gaps(List<Shot> shots, Duration period, long openedNanos, long boundNanos) {
    List<Long> answers =
        shots.stream()
            .filter(Shot::succeeded)
            .map(Shot::endNanos)
            .filter(end -> end - boundNanos <= 0)
            .sorted(Comparator.comparingLong(end -> end - openedNanos))
            .toList();
    List<Gap> gaps = new ArrayList<>(failures(shots, answers, openedNanos, boundNanos));
    gaps.addAll(stalls(answers, period, openedNanos, boundNanos));
    return gaps;
  }

  /** From the last answer before a failure to the first of a run of successes. */
  private static List<Gap> failures(
      List<Shot> shots, List<Long> answers, long openedNanos, long boundNanos) {
    List<Shot> ordered =
        shots.stream()
            .filter(shot -> shot.endNanos() - openedNanos > 0)
            .filter(shot -> shot.endNanos() - boundNanos <= 0)
            .sorted(Comparator.comparingLong(shot -> shot.startNanos() - openedNanos))
            .toList();
    List<Gap> gaps = new ArrayList<>();
    int at = 0;
    while (at < ordered.size()) {
      if (ordered.get(at).succeeded()) {
        at++;
        continue;
      }
      long failed = ordered.get(at).startNanos();
      long from = lastBefore(answers, failed - openedNanos > 0 ? failed : openedNanos, openedNanos);
      int run = at + 1;
      while (run < ordered.size() && !isRun(ordered, run)) {
        run++;
      }
      if (run >= ordered.size()) {
        gaps.add(new Gap(from, boundNanos, false));
      } else {
        long to =
            ordered.subList(run, Math.min(run + RUN, ordered.size())).stream()
                .map(Shot::endNanos)
                .min(Comparator.comparingLong(end -> end - openedNanos))
                .orElseThrow();
        gaps.add(new Gap(from, to, true));
      }
      at = run;
    }
    return gaps;
  }

  /** A run may be cut short by the end of the watch, not by a failure. */
  private static boolean isRun(List<Shot> ordered, int from) {
    return ordered.subList(from, Math.min(from + RUN, ordered.size())).stream()
        .allMatch(Shot::succeeded);
  }

  private static long lastBefore(List<Long> answers, long nanos, long otherwise) {
    long last = otherwise;
    for (long end : answers) {
      if (end - nanos <= 0) {
        last = end;
      }
    }
    return last;
  }

  /** Times without answers that are too long for a stream of this period. */
  private static List<Gap> stalls(
      List<Long> answers, Duration period, long openedNanos, long boundNanos) {
    long stall =
        Math.max(
            SHORTEST_STALL.toNanos(),
            Math.min(period.multipliedBy(STALL_PERIODS).toNanos(), period.plus(STALL).toNanos()));
    List<Gap> gaps = new ArrayList<>();
    long previous = lastBefore(answers, openedNanos, openedNanos);
    for (long end : answers) {
      if (end - openedNanos > 0) {
        gaps.add(new Gap(previous, end, true));
        previous = end;
      }
    }
    gaps.add(new Gap(previous, boundNanos, false));
    return gaps.stream().filter(gap -> gap.nanos() >= stall).toList();
  }

  private static Duration resolution(List<Shot> shots, Duration period, Gap gap) {
    List<Long> starts =
        shots.stream()
            .map(Shot::startNanos)
            .filter(start -> start - gap.fromNanos() >= -period.toNanos() * 2)
            .filter(start -> start - gap.toNanos() <= 0)
            .sorted(Comparator.comparingLong(start -> start - gap.fromNanos()))
            .toList();
    long longest = period.toNanos();
    for (int i = 1; i < starts.size(); i++) {
      longest = Math.max(longest, starts.get(i) - starts.get(i - 1));
    }
    return Duration.ofNanos(longest);
  }
}
