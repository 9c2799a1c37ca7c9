package dev.citusbench.gatling.probe;

import dev.citusbench.results.Manifest;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Reads the outage off the shots of a stream: the longest time without an answer, from the
 * completion of one success to the completion of the next, that begins no earlier than the last
 * success before the fault. Completions count because that is when a client has its answer; so a
 * statement that was held back and then answered ends the outage at the answer. Successes are taken
 * in the order of their completion, whichever shot started first.
 *
 * <p>Where no shot failed, a gap counts as an outage only from {@link #PAUSE}, or four periods, on:
 * below, it may be no more than a busy machine. The resolution is the longest time between the
 * starts of two shots around the gap: the period, or more where the machine could not keep it.
 */
public final class Outages {
  /** A time without answers that counts as an outage though no shot failed. */
  public static final Duration PAUSE = Duration.ofMillis(500);

  private static final int PAUSE_PERIODS = 4;

  private Outages() {}

  /** An outage: its two ends. */
  record Gap(long fromNanos, long toNanos) {
    long nanos() {
      return toNanos - fromNanos;
    }
  }

  /**
   * The outage of a fault.
   *
   * @param openedNanos when the fault was opened
   * @param untilNanos end of the time looked at; an outage that has no end by then lasts until it
   */
  public static Manifest.Outage of(ProbeStream stream, long openedNanos, long untilNanos) {
    return of(
        stream.name(), stream.group(), stream.period(), stream.shots(), openedNanos, untilNanos);
  }

  static Manifest.Outage of(
      String name,
      int group,
      Duration period,
      List<Shot> shots,
      long openedNanos,
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
    Gap gap = longest(shots, openedNanos, untilNanos);
    long pause = Math.max(PAUSE.toNanos(), period.toNanos() * PAUSE_PERIODS);
    boolean counts = !errors.isEmpty() || gap.nanos() >= pause;
    return new Manifest.Outage(
        name,
        group,
        counts ? gap.nanos() / 1e6 : 0,
        resolution(shots, period, gap).toNanos() / 1e6,
        errors);
  }

  /** When the first success after the fault's gap was complete; empty where there was none. */
  public static OptionalLong firstSuccessNanos(
      ProbeStream stream, long openedNanos, long untilNanos) {
    Gap gap = longest(stream.shots(), openedNanos, untilNanos);
    return gap.toNanos() == untilNanos ? OptionalLong.empty() : OptionalLong.of(gap.toNanos());
  }

  private static Gap longest(List<Shot> shots, long openedNanos, long untilNanos) {
    List<Long> answers =
        shots.stream()
            .filter(Shot::succeeded)
            .map(Shot::endNanos)
            .filter(end -> end - untilNanos <= 0)
            .sorted(Comparator.comparingLong(end -> end - openedNanos))
            .toList();
    long previous = openedNanos;
    for (long end : answers) {
      if (end - openedNanos <= 0) {
        previous = end;
      }
    }
    Gap longest = new Gap(previous, previous);
    for (long end : answers) {
      if (end - openedNanos > 0) {
        Gap gap = new Gap(previous, end);
        longest = gap.nanos() > longest.nanos() ? gap : longest;
        previous = end;
      }
    }
    Gap last = new Gap(previous, untilNanos);
    return last.nanos() > longest.nanos() ? last : longest;
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
