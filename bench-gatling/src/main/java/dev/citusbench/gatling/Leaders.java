package dev.citusbench.gatling;

import dev.citusbench.cluster.Observation;
import dev.citusbench.cluster.Promotion;
import dev.citusbench.results.BenchException;
import dev.citusbench.results.Manifest.LeaderChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Who leads each group at one moment, and on which timeline. A timeline that is a later one says
 * that somebody was promoted, also where the same member leads again.
 */
record Leaders(Map<Integer, Leader> byGroup) {
  /** One primary. */
  record Leader(String member, long timeline) {}

  Leaders {
    byGroup = Map.copyOf(byGroup);
  }

  /**
   * Asks until each group has a leader.
   *
   * @param now asks once; a group that does not answer is left out
   * @throws BenchException where one has none for so long: nothing is known of it then
   */
  static Leaders whole(Supplier<Leaders> now, int groups, Duration takes) {
    long end = System.nanoTime() + takes.toNanos();
    while (true) {
      Leaders seen = now.get();
      if (seen.byGroup().size() >= groups) {
        return seen;
      }
      if (System.nanoTime() - end > 0) {
        throw new BenchException(
            BenchException.Kind.CLUSTER,
            "only %d of %d groups say who leads them, for %d s: see ./bench status"
                .formatted(seen.byGroup().size(), groups, takes.toSeconds()));
      }
      try {
        Thread.sleep(100);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new BenchException(BenchException.Kind.CLUSTER, "interrupted while waiting", e);
      }
    }
  }

  /**
   * What changed from then to later, by group and in the order of the timelines.
   *
   * @param history of promotions of all groups; where it does not know one yet, it has no time
   */
  List<LeaderChange> changesTo(Leaders later, List<Promotion> history) {
    List<LeaderChange> changes = new ArrayList<>();
    new TreeMap<>(byGroup)
        .forEach(
            (group, before) -> {
              Leader now = later.byGroup().get(group);
              if (now == null) {
                return;
              }
              String from = before.member();
              for (long timeline = before.timeline() + 1; timeline <= now.timeline(); timeline++) {
                Optional<Promotion> known = promotion(history, group, timeline);
                String to =
                    known
                        .map(Promotion::leader)
                        .filter(leader -> !leader.isEmpty())
                        .orElse(timeline == now.timeline() ? now.member() : "");
                changes.add(
                    new LeaderChange(
                        group, timeline, known.map(Promotion::at).orElse(null), from, to));
                from = to;
              }
            });
    return changes;
  }

  /**
   * The same with leader keys that another member was seen to take, and whose timeline is not there
   * any more: a Patroni before 3.0.3 that was held back for longer than its lease may take its key
   * back from the one that was promoted meanwhile. Their timeline is 0.
   *
   * @param changes of {@link #changesTo}
   * @param seen in the order of time
   */
  List<LeaderChange> with(List<LeaderChange> changes, List<Observation.LeaderChanged> seen) {
    List<LeaderChange> all = new ArrayList<>(changes);
    Map<Integer, String> holders = new TreeMap<>();
    byGroup.forEach((group, leader) -> holders.put(group, leader.member()));
    for (Observation.LeaderChanged each : seen) {
      String from = holders.getOrDefault(each.group(), each.from());
      if (each.to().isEmpty() || each.to().equals(from)) {
        continue;
      }
      holders.put(each.group(), each.to());
      boolean known =
          changes.stream()
              .anyMatch(change -> change.group() == each.group() && change.to().equals(each.to()));
      if (!known) {
        all.add(new LeaderChange(each.group(), 0, each.at(), from, each.to()));
      }
    }
    return all;
  }

  private static Optional<Promotion> promotion(List<Promotion> history, int group, long timeline) {
    return history.stream()
        .filter(each -> each.group() == group && each.timeline() == timeline)
        .findFirst();
  }
}
