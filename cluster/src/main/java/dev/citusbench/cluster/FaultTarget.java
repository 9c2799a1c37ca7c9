package dev.citusbench.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a fault is aimed at: {@code coordinator} or {@code worker1} …, which is the primary that the
 * group has at that moment, or {@code worker1-standby}. etcd and HAProxy are there once, so that a
 * fault of theirs has the target {@code etcd} or {@code haproxy}.
 *
 * @param group 0 is the coordinator; −1 where no group is hit, or all are
 */
public record FaultTarget(String word, int group, boolean standby) {
  private static final String STANDBY = "-standby";

  /** etcd as a whole. */
  public static final FaultTarget ETCD = new FaultTarget("etcd", -1, false);

  /** HAProxy. */
  public static final FaultTarget PROXY = new FaultTarget("haproxy", -1, false);

  /** All that runs on this machine. */
  public static final FaultTarget MACHINE = new FaultTarget("machine", -1, false);

  /** The primary of a group. */
  public static FaultTarget primaryOf(int group) {
    return new FaultTarget(Member.groupName(group), group, false);
  }

  /** A standby of a group. */
  public static FaultTarget standbyOf(int group) {
    return new FaultTarget(Member.groupName(group) + STANDBY, group, true);
  }

  /**
   * What a fault of this kind hits when it is aimed so; empty where it cannot be.
   *
   * @param workers how many groups there are beside the coordinator
   */
  public static Optional<FaultTarget> find(FaultKind kind, String word, int workers) {
    // lose-standby of worker1 can mean nothing else
    String other = kind.hits() == FaultKind.Hits.STANDBY ? word + STANDBY : word;
    return of(kind, workers).stream()
        .filter(target -> target.word.equals(word) || target.word.equals(other))
        .findFirst();
  }

  /** Whether it is the primary of a group. */
  public boolean hitsPrimary() {
    return group >= 0 && !standby;
  }

  /** All that a fault of this kind can be aimed at, primaries first. */
  public static List<FaultTarget> of(FaultKind kind, int workers) {
    List<FaultTarget> targets = new ArrayList<>();
    switch (kind.hits()) {
      case ETCD -> targets.add(ETCD);
      case PROXY -> targets.add(PROXY);
      case PRIMARY -> addGroups(targets, 0, workers, false);
      case STANDBY -> addGroups(targets, 0, workers, true);
      case WORKER -> addGroups(targets, 1, workers, false);
      case MEMBER -> {
        addGroups(targets, 0, workers, false);
        addGroups(targets, 0, workers, true);
      }
    }
    return List.copyOf(targets);
  }

  private static void addGroups(
      List<FaultTarget> targets, int first, int workers, boolean standby) {
    for (int group = first; group <= workers; group++) {
      targets.add(standby ? standbyOf(group) : primaryOf(group));
    }
  }
}
