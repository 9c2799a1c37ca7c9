package dev.citusbench.gatling;

import dev.citusbench.results.Endurance;
import dev.citusbench.results.Manifest.LeaderChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is seen while a ladder is climbed, and when that ends: after the first step in which a
 * leader changed in any repetition, the rest of its repetitions included.
 */
final class Ascent {
  private final List<Long> ladder;
  private final int repeat;
  private final Map<Long, List<Repetition>> seen = new LinkedHashMap<>();
  private final Set<String> members = new LinkedHashSet<>();

  /**
   * One repetition of a step.
   *
   * @param fromNanos its begin, on the clock of {@link System#nanoTime()}
   * @param toNanos the end of its watch
   * @param held from when all of the stress was there to when it was told to end
   * @param changes of leaders, of whatever group, as far as they were seen
   * @param recovered whether the cluster was settled again in time, and all its leaders were seen
   */
  record Repetition(
      long fromNanos, long toNanos, Duration held, List<LeaderChange> changes, boolean recovered) {
    boolean borne() {
      return recovered && changes.isEmpty();
    }

    boolean holds(long nanos) {
      return nanos - fromNanos >= 0 && nanos - toNanos < 0;
    }
  }

  Ascent(List<Long> ladder, int repeat) {
    this.ladder = List.copyOf(ladder);
    this.repeat = repeat;
  }

  /** The value to try next; null where all is tried that makes sense. */
  synchronized @Nullable Long next() {
    for (long value : ladder) {
      List<Repetition> done = seen.getOrDefault(value, List.of());
      if (done.size() < repeat) {
        return value;
      }
      if (done.stream().anyMatch(repetition -> !repetition.borne())) {
        return null;
      }
    }
    return null;
  }

  /** Notes a repetition. */
  synchronized void add(long value, String member, Repetition repetition) {
    seen.computeIfAbsent(value, key -> new ArrayList<>()).add(repetition);
    members.add(member);
  }

  /** The changes of the last repetition of a step. */
  synchronized List<LeaderChange> lastChanges(long value) {
    List<Repetition> done = seen.getOrDefault(value, List.of());
    return done.isEmpty() ? List.of() : done.get(done.size() - 1).changes();
  }

  /** The members that were hit. */
  synchronized String members() {
    return String.join(" ", members);
  }

  /** All changes of leaders. */
  synchronized List<LeaderChange> changes() {
    return seen.values().stream()
        .flatMap(List::stream)
        .flatMap(repetition -> repetition.changes().stream())
        .toList();
  }

  /**
   * What is known of each step.
   *
   * @param requests of the load, one by one
   */
  synchronized List<Endurance.Step> steps(DueRequests requests) {
    List<Endurance.Step> steps = new ArrayList<>();
    seen.forEach(
        (value, repetitions) -> {
          long[] due = new long[2];
          requests.each(
              (operation, outcome, scope, dueNanos, responseNanos) -> {
                if (repetitions.stream().anyMatch(repetition -> repetition.holds(dueNanos))) {
                  due[0]++;
                  due[1] +=
                      switch (outcome) {
                        case OK -> 0;
                        case FAILED -> 1;
                      };
                }
              });
          steps.add(
              new Endurance.Step(
                  value,
                  repetitions.size(),
                  (int) repetitions.stream().filter(each -> !each.changes().isEmpty()).count(),
                  (int) repetitions.stream().filter(each -> !each.recovered()).count(),
                  repetitions.stream().flatMap(each -> each.changes().stream()).toList(),
                  due[0],
                  due[1],
                  repetitions.stream().mapToLong(each -> each.held().toNanos()).min().orElse(0)
                      / 1e6));
        });
    return steps;
  }
}
