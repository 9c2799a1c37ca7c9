package dev.citusbench.cluster;

import dev.citusbench.results.Engine;
import dev.citusbench.results.RuntimeKind;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What {@code .bench/cluster.json} holds: all that a client or a later command needs to reach the
 * cluster that is up. Has passwords: mode 0600, and never copied into a run folder.
 *
 * @param engineVersion of Citus, such as {@code 13.2.2}, or of PostgreSQL with the other engines
 * @param versions by program: {@code postgresql}, {@code patroni}, {@code etcd}, {@code haproxy}
 * @param startSeconds how long the start took, until ready
 * @param database the one database, owned by {@code credentials.application}
 * @param network where the daemons are in it
 * @param disk what each member's data lies on
 * @param folder where data, logs and configuration of the daemons lie
 * @param account operating-system user that the daemons run as
 * @param launches how each daemon was started
 * @param silentChanges settings that a daemon changed from what the tuning says
 */
public record ClusterFile(
    int schema,
    RuntimeKind runtime,
    Engine engine,
    String engineVersion,
    Map<String, String> versions,
    String tuning,
    Instant startedAt,
    double startSeconds,
    int workers,
    int membersPerGroup,
    String database,
    List<Member> members,
    List<Route> routes,
    List<Daemon> etcd,
    Daemon haproxy,
    Credentials credentials,
    Network network,
    DiskSize disk,
    String folder,
    String account,
    List<Launch> launches,
    List<String> silentChanges) {

  /** Version of this file's format. */
  public static final int SCHEMA = 1;

  /** How the daemon of that name was started. */
  Launch launch(String name) {
    return launches.stream()
        .filter(launch -> launch.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no daemon " + name));
  }

  /** Members of one group, in the order of their names. */
  public List<Member> group(int group) {
    return members.stream().filter(m -> m.group() == group).toList();
  }
}
