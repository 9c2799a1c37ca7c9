package dev.citusbench.cluster;

import dev.citusbench.results.Engine;
import dev.citusbench.results.Manifest;
import dev.citusbench.results.RuntimeKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What is measured, as a measurement sees it, whoever runs it: a {@link Cluster} of our own, or an
 * {@link AttachedCluster} that others run. Only the first can be broken and stopped.
 */
public sealed interface SystemUnderTest permits Cluster, AttachedCluster {
  /** What stands for a fact that cannot be known. */
  String UNKNOWN = "unknown";

  /**
   * What the record says of it.
   *
   * @param engineVersion of Citus, such as {@code 13.2.2}, or of PostgreSQL with the other engines
   * @param versions by program: {@code postgresql}, {@code patroni}, {@code etcd}, {@code haproxy};
   *     without those that are not known
   * @param tuning name of the one in force, or {@link #UNKNOWN}
   */
  record Facts(
      RuntimeKind runtime,
      Engine engine,
      String engineVersion,
      Map<String, String> versions,
      Manifest.Topology topology,
      String tuning) {}

  /**
   * How a client gets in.
   *
   * @param host as a JDBC URL has it; several with their ports but the last one's where the URL
   *     that was given has several
   * @param login with an empty password where there is none
   * @param properties of the driver, by its own names
   */
  record Access(
      String host, int port, String database, Login login, Map<String, String> properties) {}

  Facts facts();

  /**
   * The tuning whose layers {@code pool}, {@code driver} and {@code tables} clients use; its other
   * layers are in force only in a cluster of our own.
   */
  Tuning tuning();

  /**
   * How clients get in over a route, as the role that measures.
   *
   * @throws dev.citusbench.results.BenchException where there is no such route
   */
  Access access(String route);

  /** Routes to the workers' primaries, in the order of the groups; empty where none is known. */
  List<Route> workers();

  /**
   * Waits until it is as a measurement may start from.
   *
   * @param progress is told what was done to make it so
   * @throws dev.citusbench.results.BenchException with what was last seen, after that time
   */
  void awaitSettled(Duration atMost, Progress progress);

  /**
   * Looks at what may be behind the failure of anything done with it; nothing where that cannot be
   * known.
   *
   * @throws dev.citusbench.results.BenchException where its disk is full
   */
  void checkDisk();

  /**
   * Reads back what is in force, without any secret.
   *
   * @return what readers of the record must know about it, as sentences
   */
  List<String> saveSettings(Path dir);

  /** Copies the daemons' logs, without passwords, where they can be had. */
  void saveLogs(Path dir);
}
