package dev.citusbench.gatling;

import dev.citusbench.cluster.MemberProgram;
import dev.citusbench.results.Engine;
import dev.citusbench.results.Manifest;
import java.time.Duration;
import java.util.Map;

/**
 * What the settings in force allow an outage to last after a primary died. The sum of
 *
 * <ul>
 *   <li>detect, where the postmaster died and its Patroni lives on: Patroni looks after its
 *       PostgreSQL once in {@code loop_wait}, so 0 to {@code loop_wait} (Patroni, {@code
 *       Ha.run_cycle}); where {@code primary_start_timeout} is not 0 it first tries for that long
 *       to start it again where it was. A companion wakes it up at once ({@link
 *       MemberProgram#HASTEN_FAILOVER}), once a second at most;
 *   <li>detect, where Patroni fell silent: its leader key was renewed at most {@code loop_wait} ago
 *       and runs out {@code ttl} after that, so {@code ttl − loop_wait} to {@code ttl}, and etcd
 *       looks for keys that have run out each 0.5 s (etcd, {@code lessor});
 *   <li>no detection at all where what fell silent is back before its key has run out: then the
 *       outage lasts at least as long as the silence;
 *   <li>detect, where its processes died and its machine still refuses connections, with that
 *       companion: three refusals, 0.1 s apart, the first within 0.2 s, and three requests to etcd,
 *       each taken to be answered within 1 s; but no later than without it;
 *   <li>detect, where it is parted from etcd alone: the same, but clients reach it until it demotes
 *       itself, which it does when renewing its key has failed for {@code retry_timeout}, so up to
 *       {@code loop_wait + retry_timeout} of that is no outage (Patroni, {@code Ha._run_cycle});
 *   <li>elect: the candidates ask each other by REST, and a silent one (the dead primary's Patroni
 *       is not silent) costs up to 2 s (Patroni, {@code Ha.fetch_node_status});
 *   <li>promote: not bounded by a setting; 0 to 1 s allowed, since nothing has to be replayed;
 *   <li>metadata, for a worker on Citus: the coordinator takes over the new address in {@code
 *       citus_update_node} with a cooldown of {@code retry_timeout} for transactions that hang
 *       (Patroni, {@code CitusHandler}). Where the old primary is frozen, and its machine still
 *       takes connections, that may end none: those that asked it something wait in {@code
 *       PQcancel} for the frozen server, which nothing interrupts (libpq; Citus, {@code
 *       SendCancelationRequest}), and so the outage may last until that goes on, and as long after
 *       as it may after the lease. That a Patroni before 3.0.3 then takes its key back
 *       (patroni#2689), and waits for a standby, is not in it;
 *   <li>proxy: a standby's server is down for HAProxy and comes up after {@code U(0, downinter) +
 *       (rise − 1) × fastinter} (HAProxy manual, {@code inter}); only where clients or the
 *       coordinator reach the group through HAProxy, which Citus workers are not.
 * </ul>
 */
final class Prediction {
  private static final double WOKEN_MILLIS = 1_000;
  private static final double LEAST_REFUSED_MILLIS = 200;
  private static final double MOST_REFUSED_MILLIS = 400 + 3 * 1_000;
  private static final double LEASE_MILLIS = 500;
  private static final double ELECT_MILLIS = 2_000;
  private static final double PROMOTE_MILLIS = 1_000;

  private static final Manifest.Predicted NONE = new Manifest.Predicted(0, 0);

  private Prediction() {}

  /**
   * The bounds for one fault; 0 and 0 where no formula is known for its kind, or where it hits no
   * primary.
   *
   * @param hold from the fault's opening until it is undone
   * @param patroni the tuning's layer of that name
   * @param haproxy the tuning's layer of that name
   */
  static Manifest.Predicted of(
      PlannedFault fault,
      Duration hold,
      Map<String, Object> patroni,
      Map<String, Object> haproxy,
      Engine engine) {
    if (!fault.target().hitsPrimary()) {
      return NONE;
    }
    double loopWait = 1000 * seconds(patroni, "loop_wait", 10);
    double ttl = 1000 * seconds(patroni, "ttl", 30);
    double after = afterDetection(patroni, haproxy, engine, fault.target().group());
    boolean watched = MemberProgram.HASTEN_FAILOVER.isAskedFor(patroni);
    double held = (double) hold.toMillis();
    double released = ttl + LEASE_MILLIS + after;
    Manifest.Predicted silent = new Manifest.Predicted(Math.min(held, ttl - loopWait), released);
    return switch (fault.kind()) {
      case KILL_POSTGRES ->
          new Manifest.Predicted(
              0,
              (watched ? Math.min(WOKEN_MILLIS, loopWait) : loopWait)
                  + 1000 * seconds(patroni, "primary_start_timeout", 300)
                  + after);
      case KILL_NODE ->
          watched
              ? new Manifest.Predicted(
                  Math.min(LEAST_REFUSED_MILLIS, silent.min()),
                  Math.min(MOST_REFUSED_MILLIS + after, released))
              : silent;
      case FREEZE_NODE ->
          isCitusWorker(engine, fault.target().group())
              ? new Manifest.Predicted(silent.min(), Math.max(released, held + after))
              : silent;
      case ISOLATE -> silent;
      case PARTITION_ETCD -> {
        double demoted = loopWait + 1000 * seconds(patroni, "retry_timeout", 10);
        yield new Manifest.Predicted(Math.max(0, silent.min() - demoted), released);
      }
      case PARTITION_ETCD_ONE_WAY,
          PARTITION_MEMBERS,
          PARTITION_MEMBERS_ONE_WAY,
          PARTITION_WORKER,
          PARTITION_WORKER_ONE_WAY,
          LOSS,
          DELAY,
          DISK_FULL,
          KILL_PATRONI,
          FREEZE_POSTGRES,
          SWITCHOVER,
          RESTART,
          LOSE_STANDBY,
          KILL_ETCD,
          KILL_ETCD_QUORUM,
          KILL_HAPROXY,
          RELOAD_HAPROXY ->
          NONE;
    };
  }

  private static double afterDetection(
      Map<String, Object> patroni, Map<String, Object> haproxy, Engine engine, int group) {
    double max = ELECT_MILLIS + PROMOTE_MILLIS;
    if (isCitusWorker(engine, group)) {
      return max + 1000 * seconds(patroni, "retry_timeout", 10);
    }
    double inter = millis(haproxy, "inter", 2000);
    double downinter = millis(haproxy, "downinter", inter);
    return max
        + downinter
        + (seconds(haproxy, "rise", 2) - 1) * millis(haproxy, "fastinter", inter);
  }

  private static boolean isCitusWorker(Engine engine, int group) {
    return engine == Engine.CITUS && group > 0;
  }

  private static double seconds(Map<String, Object> layer, String key, double byDefault) {
    return layer.get(key) instanceof Number number ? number.doubleValue() : byDefault;
  }

  private static double millis(Map<String, Object> layer, String key, double byDefault) {
    String text = String.valueOf(layer.getOrDefault(key, ""));
    if (text.endsWith("ms")) {
      return Double.parseDouble(text.substring(0, text.length() - 2));
    }
    if (text.endsWith("s")) {
      return 1000 * Double.parseDouble(text.substring(0, text.length() - 1));
    }
    return text.isEmpty() ? byDefault : Double.parseDouble(text);
  }
}
