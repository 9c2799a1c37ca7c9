package dev.citusbench.gatling;

import dev.citusbench.results.Engine;
import dev.citusbench.results.Manifest;
import java.util.Map;

/**
 * What the settings in force allow an outage to last after a primary's postmaster died while its
 * Patroni lives on. The sum of
 *
 * <ul>
 *   <li>detect: Patroni looks after its PostgreSQL once in {@code loop_wait}, so 0 to {@code
 *       loop_wait} (Patroni, {@code Ha.run_cycle}); where {@code primary_start_timeout} is not 0 it
 *       first tries for that long to start it again where it was;
 *   <li>elect: the candidates ask each other by REST, and a silent one (the dead primary's Patroni
 *       is not silent) costs up to 2 s (Patroni, {@code Ha.fetch_node_status});
 *   <li>promote: not bounded by a setting; 0 to 1 s allowed, since nothing has to be replayed;
 *   <li>metadata, for a worker on Citus: the coordinator takes over the new address in {@code
 *       citus_update_node} with a cooldown of {@code retry_timeout} for transactions that hang
 *       (Patroni, {@code CitusHandler});
 *   <li>proxy: a standby's server is down for HAProxy and comes up after {@code U(0, downinter) +
 *       (rise − 1) × fastinter} (HAProxy manual, {@code inter}); only where clients or the
 *       coordinator reach the group through HAProxy, which Citus workers are not.
 * </ul>
 */
final class Prediction {
  private static final double ELECT_MILLIS = 2_000;
  private static final double PROMOTE_MILLIS = 1_000;

  private Prediction() {}

  /**
   * The bounds for the death of one group's primary.
   *
   * @param patroni the tuning's layer of that name
   * @param haproxy the tuning's layer of that name
   * @param group 0 for the coordinator
   */
  static Manifest.Predicted ofKilledPostgres(
      Map<String, Object> patroni, Map<String, Object> haproxy, Engine engine, int group) {
    double max = 1000 * seconds(patroni, "loop_wait", 10);
    max += 1000 * seconds(patroni, "primary_start_timeout", 300);
    max += ELECT_MILLIS + PROMOTE_MILLIS;
    if (engine == Engine.CITUS && group > 0) {
      max += 1000 * seconds(patroni, "retry_timeout", 10);
    } else {
      double inter = millis(haproxy, "inter", 2000);
      double downinter = millis(haproxy, "downinter", inter);
      max += downinter + (seconds(haproxy, "rise", 2) - 1) * millis(haproxy, "fastinter", inter);
    }
    return new Manifest.Predicted(0, max);
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
