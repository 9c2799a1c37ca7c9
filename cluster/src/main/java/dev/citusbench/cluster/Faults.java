package dev.citusbench.cluster;

import dev.citusbench.results.BenchException;
import java.time.Instant;

/** Breaks one thing of a cluster that we started. */
public final class Faults {
  private final Cluster cluster;
  private final NativeRuntime runtime;

  Faults(Cluster cluster, NativeRuntime runtime) {
    this.cluster = cluster;
    this.runtime = runtime;
  }

  /**
   * Kills (SIGKILL) the postmaster of a group's current primary; its Patroni lives. With {@code
   * primary_start_timeout: 0} the group then fails over to its standby, otherwise Patroni starts
   * the server again where it was.
   */
  public Injection killPostgres(int group) {
    Member primary = cluster.primary(group);
    ProcessHandle postmaster =
        runtime
            .postmaster(primary)
            .orElseThrow(
                () ->
                    new BenchException(
                        BenchException.Kind.CLUSTER,
                        "%s is the primary of group %d, but no postmaster of it runs; see %s"
                            .formatted(primary.name(), group, primary.postgresLog())));
    runtime.rememberSharedMemory();
    Instant openedAt = Instant.now();
    if (!postmaster.destroyForcibly() && postmaster.isAlive()) {
      throw new BenchException(
          BenchException.Kind.MACHINE,
          "not allowed to kill process %d of %s: run this as the user who started the cluster"
              .formatted(postmaster.pid(), primary.name()));
    }
    return new Injection("kill-postgres", Member.groupName(group), primary.name(), openedAt);
  }
}
