package dev.citusbench.gatling;

import dev.citusbench.cluster.Member;
import dev.citusbench.results.Manifest.Suffered;
import dev.citusbench.results.Outcome;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * Whose requests a fault hit. Of the load's requests that were due from its opening to the end of
 * its outage (the last stream's), how many failed and how many were late: by the group that holds
 * their tenant, those over several shards apart, reads and writes apart. Late is what took longer
 * than 1.1 times the p99 of the same kind of request in the quiet time before, when about one in a
 * hundred did too. A request of one tenant is of the same kind whatever its group.
 */
final class BlastRadius {
  /** What is slower than before. */
  static final double SLOWER = 1.1;

  /** Of the histograms, as of those on record. */
  static final int DIGITS = 3;

  private static final String MULTI_SHARD = "multi-shard";

  private BlastRadius() {}

  private record Kind(boolean all, boolean writes) {
    static Kind of(Scope scope) {
      return new Kind(scope.group() == Scope.ALL, scope.writes());
    }
  }

  private static final class Count {
    private long requests;
    private long failed;
    private long late;
  }

  /** The rows: the group that was hit, the others, and what asks all of them; reads first. */
  static List<Suffered> of(DueRequests requests, FaultWatch watch) {
    Map<Kind, Histogram> before = new HashMap<>();
    requests.each(
        (operation, outcome, scope, due, response) -> {
          if (watch.isQuiet(due) && outcome == Outcome.OK) {
            before
                .computeIfAbsent(Kind.of(scope), kind -> new Histogram(DIGITS))
                .recordValue(Math.max(0, response));
          }
        });
    Map<Scope, Count> counts = new HashMap<>();
    requests.each(
        (operation, outcome, scope, due, response) -> {
          if (watch.isOutage(due)) {
            Count count = counts.computeIfAbsent(scope, fresh -> new Count());
            Histogram known = before.get(Kind.of(scope));
            count.requests++;
            switch (outcome) {
              case FAILED -> count.failed++;
              case OK -> count.late += known != null && response > lateNanos(known) ? 1 : 0;
            }
          }
        });
    return counts.entrySet().stream()
        .sorted(
            Comparator.comparing(
                Map.Entry::getKey,
                Comparator.comparing((Scope scope) -> scope.group() == Scope.ALL)
                    .thenComparing(scope -> scope.group() != watch.group())
                    .thenComparing(Scope::group)
                    .thenComparing(Scope::writes)))
        .map(entry -> row(entry.getKey(), entry.getValue(), watch, before))
        .toList();
  }

  private static double lateNanos(Histogram before) {
    return SLOWER * before.getValueAtPercentile(99);
  }

  private static Suffered row(
      Scope scope, Count count, FaultWatch watch, Map<Kind, Histogram> before) {
    Histogram known = before.getOrDefault(Kind.of(scope), new Histogram(DIGITS));
    return new Suffered(
        scope.group() == Scope.ALL ? MULTI_SHARD : Member.groupName(scope.group()),
        scope.writes() ? "write" : "read",
        scope.group() >= 0 && scope.group() == watch.group(),
        count.requests,
        count.failed,
        count.late,
        lateNanos(known) / 1e6,
        known.getTotalCount());
  }
}
