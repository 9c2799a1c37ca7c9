package dev.citusbench.gatling;

import dev.citusbench.cluster.FaultKind;
import dev.citusbench.cluster.FaultTarget;
import dev.citusbench.cluster.Promotion;
import dev.citusbench.results.Manifest.LeaderChange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tells promotions that a fault explains from those that nobody asked for: a busy machine on which
 * a primary could not renew its leader key in time has them, for example. A fault explains the
 * first promotion of each group that it hits, from its opening until the cluster had recovered.
 */
final class LeaderChanges {
  private LeaderChanges() {}

  /**
   * A fault that was opened.
   *
   * @param until when the cluster had recovered from it; null where it has not
   */
  record Opened(FaultKind kind, FaultTarget target, Instant at, @Nullable Instant until) {
    private boolean explains(int group, Instant promoted) {
      return hits(group) && !promoted.isBefore(at) && (until == null || promoted.isBefore(until));
    }

    private boolean hits(int group) {
      return switch (kind.hits()) {
        case MEMBER, PRIMARY, STANDBY, WORKER -> target.hitsPrimary() && target.group() == group;
        case ETCD -> true; // all groups have their leader key there
        case PROXY -> false;
      };
    }
  }

  /**
   * What no fault explains, by group and in the order of the timelines.
   *
   * @param promotions of all groups, each group's in their order, those of before as well
   * @param timelines on which the groups were when the load began
   * @param leaders who were primaries then
   * @param faults in their order
   */
  static List<LeaderChange> unasked(
      List<Promotion> promotions,
      Map<Integer, Long> timelines,
      Map<Integer, String> leaders,
      List<Opened> faults) {
    List<LeaderChange> unasked = new ArrayList<>();
    Set<String> used = new HashSet<>();
    for (Promotion promotion : promotions) {
      int group = promotion.group();
      if (promotion.timeline() <= timelines.getOrDefault(group, 0L)) {
        continue;
      }
      String from =
          promotions.stream()
              .filter(p -> p.group() == group && p.timeline() == promotion.timeline() - 1)
              .filter(p -> p.timeline() > timelines.getOrDefault(group, 0L))
              .map(Promotion::leader)
              .findFirst()
              .orElse(leaders.getOrDefault(group, ""));
      if (!isExplained(promotion, faults, used)) {
        unasked.add(
            new LeaderChange(
                group, promotion.timeline(), promotion.at(), from, promotion.leader()));
      }
    }
    return unasked;
  }

  /** A fault is used up by the first promotion of a group that it explains. */
  private static boolean isExplained(Promotion promotion, List<Opened> faults, Set<String> used) {
    Instant at = promotion.at();
    if (at == null) {
      return false;
    }
    for (int i = 0; i < faults.size(); i++) {
      if (faults.get(i).explains(promotion.group(), at)) {
        return used.add(i + " " + promotion.group());
      }
    }
    return false;
  }
}
