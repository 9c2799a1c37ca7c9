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

  /** A fault of which all that takes time is done: firing it takes microseconds. */
  public interface Prepared {
    /** Opens the fault, once. */
    Injection fire();
  }

  /**
   * Kills (SIGKILL) the postmaster of a group's current primary; its Patroni lives. With {@code
   * primary_start_timeout: 0} the group then fails over to its standby, otherwise Patroni starts
   * the server again where it was.
   */
  public Injection killPostgres(int group) {
    return prepareKillPostgres(group).fire();
  }

  /** Finds what {@link #killPostgres} kills, and leaves the kill to the caller's moment. */
  public Prepared prepareKillPostgres(int group) {
    Member primary = cluster.primary(group);
    ProcessHandle postmaster =
        runtime
            .postmaster(primary)
            .orElseThrow(
                () ->
                    new BenchException(
                        BenchException.Kind.CLUSTER,
                        "%s is the primary of %s, but no postmaster of it runs; see %s"
                            .formatted(
                                primary.name(), Member.groupName(group), primary.postgresLog())));
    runtime.rememberSharedMemory();
    return () -> kill(primary, postmaster, group);
  }

  private static Injection kill(Member primary, ProcessHandle postmaster, int group) {
    Instant openedAt = Instant.now();
    if (!postmaster.destroyForcibly()) {
      throw new BenchException(
          BenchException.Kind.CLUSTER,
          "process %d of %s was not killed: it is gone, or belongs to another user; run this as the user who started the cluster, and see %s"
              .formatted(postmaster.pid(), primary.name(), primary.postgresLog()));
    }
    return new Injection("kill-postgres", Member.groupName(group), primary.name(), openedAt);
  }
}
