package dev.citusbench.cluster;

import dev.citusbench.results.BenchException;
import dev.citusbench.results.Engine;
import java.nio.file.Path;

/**
 * The cluster that is asked for.
 *
 * @param home the checkout: templates and tunings are read there, and {@code .bench/} is written
 * @param workers groups beside the coordinator; 0 with the engine {@code single}
 * @param membersPerGroup a primary and its standbys
 * @param etcdMembers 1 or 3
 * @param network what joins them; not {@code netns} with the engine {@code fdw}, whose coordinator
 *     reaches its workers through HAProxy
 * @param disk what each member's data lies on
 */
public record ClusterSpec(
    Path home,
    Engine engine,
    Tuning tuning,
    int workers,
    int membersPerGroup,
    int etcdMembers,
    NetworkKind network,
    DiskSize disk) {

  public ClusterSpec {
    if (engine == Engine.SINGLE && workers != 0) {
      throw BenchException.usage("engine single has no workers, asked for " + workers);
    }
    if (engine != Engine.SINGLE && (workers < 1 || workers > Ports.MOST_WORKERS)) {
      throw BenchException.usage(
          "engine %s needs 1 to %d workers, asked for %d"
              .formatted(engine, Ports.MOST_WORKERS, workers));
    }
    if (membersPerGroup < 1 || membersPerGroup > Ports.MOST_MEMBERS_PER_GROUP) {
      throw BenchException.usage(
          "a group has 1 to %d members, asked for %d"
              .formatted(Ports.MOST_MEMBERS_PER_GROUP, membersPerGroup));
    }
    if (etcdMembers != 1 && etcdMembers != 3) {
      throw BenchException.usage("etcd has 1 or 3 members, asked for " + etcdMembers);
    }
    if (engine == Engine.FDW && network == NetworkKind.NETNS) {
      throw BenchException.usage(
          "engine fdw cannot have --network netns: its coordinator reaches the workers through HAProxy, which is outside the namespaces; take --engine single, or citus where PostgreSQL has it, or leave out --network");
    }
  }

  /**
   * The reference cluster on loopback: two workers (none with {@code single}), two members a group.
   */
  public static ClusterSpec reference(Path home, Engine engine, Tuning tuning, int etcdMembers) {
    return new ClusterSpec(
        home, engine, tuning, workers(engine), 2, etcdMembers, NetworkKind.LOOPBACK, DiskSize.NONE);
  }

  /** How many workers the reference cluster has. */
  public static int workers(Engine engine) {
    return engine == Engine.SINGLE ? 0 : 2;
  }

  /** The same cluster, joined otherwise. */
  public ClusterSpec on(NetworkKind other) {
    return new ClusterSpec(
        home, engine, tuning, workers, membersPerGroup, etcdMembers, other, disk);
  }

  /** The same cluster, with its members' data on file systems of this size. */
  public ClusterSpec with(DiskSize other) {
    return new ClusterSpec(
        home, engine, tuning, workers, membersPerGroup, etcdMembers, network, other);
  }

  int groups() {
    return workers + 1;
  }
}
