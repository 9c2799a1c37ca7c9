package dev.citusbench.cluster;

import dev.citusbench.results.Engine;
import java.util.LinkedHashMap;
import java.util.Map;

/** Patroni's dynamic configuration of a group. */
final class DynamicConfiguration {
  private static final String SYNCHRONOUS_MODE = "synchronous_mode";

  private DynamicConfiguration() {}

  /**
   * With short timers, whatever the tuning says, so that members find each other fast, and with no
   * synchronous standby, because Patroni's loop stands still for 2 s while it assigns one.
   */
  static Map<String, Object> atStart(Engine engine, Tuning tuning) {
    Map<String, Object> configuration = new LinkedHashMap<>(tuning.patroni());
    configuration.put("ttl", 20);
    configuration.put("loop_wait", 1);
    configuration.put("retry_timeout", 3);
    configuration.put(SYNCHRONOUS_MODE, false);
    configuration.keySet().removeAll(MemberProgram.keys()); // each member's own
    Map<String, Object> postgresql = new LinkedHashMap<>();
    for (String ours : new String[] {"use_pg_rewind", "use_slots"}) {
      Object value = configuration.remove(ours);
      if (value != null) {
        postgresql.put(ours, value);
      }
    }
    postgresql.put("parameters", parameters(engine, tuning));
    configuration.put("postgresql", postgresql);
    return configuration;
  }

  /** What a start did without, as a patch of the dynamic configuration. */
  static Map<String, Object> whenReady(Tuning tuning) {
    Map<String, Object> patch = new LinkedHashMap<>();
    for (String key : new String[] {"ttl", "loop_wait", "retry_timeout", SYNCHRONOUS_MODE}) {
      Object value = tuning.patroni().get(key);
      if (value != null) {
        patch.put(key, value);
      }
    }
    return patch;
  }

  /** Whether a tuning wants a primary to wait for a standby. */
  static boolean isSynchronous(Tuning tuning) {
    Object mode = tuning.patroni().get(SYNCHRONOUS_MODE);
    return mode != null && !mode.equals(false) && !mode.equals("false");
  }

  /** PostgreSQL's settings of a tuning by full name, Citus' only where Citus is. */
  static Map<String, Object> parameters(Engine engine, Tuning tuning) {
    Map<String, Object> parameters = new LinkedHashMap<>();
    tuning.postgres().forEach((k, v) -> parameters.put(k, word(v)));
    if (engine == Engine.CITUS) {
      // The name by which a node reaches itself: localhost where nobody says it.
      parameters.put("citus.local_hostname", Ports.HOST);
      tuning.citus().forEach((k, v) -> parameters.put("citus." + k, word(v)));
    }
    return parameters;
  }

  private static Object word(Object value) {
    return value instanceof Boolean b ? (b ? "on" : "off") : value;
  }
}
