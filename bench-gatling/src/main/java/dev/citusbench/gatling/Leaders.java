package dev.citusbench.gatling;

import dev.citusbench.cluster.Promotion;
import dev.citusbench.results.Manifest.LeaderChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

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

  private static Optional<Promotion> promotion(List<Promotion> history, int group, long timeline) {
    return history.stream()
        .filter(each -> each.group() == group && each.timeline() == timeline)
        .findFirst();
  }
}
