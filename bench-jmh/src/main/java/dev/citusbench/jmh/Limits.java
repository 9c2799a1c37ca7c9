package dev.citusbench.jmh;

import dev.citusbench.results.Engine;
import dev.citusbench.sql.Operation;
import dev.citusbench.sql.Operations;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What cannot be measured on a cluster, known before it is started or touched.
 *
 * @param unsupported why, by name of the operation
 */
record Limits(Engine engine, Map<String, String> unsupported) {
  /** The limits of a cluster that can do everything. */
  static final Limits NONE = new Limits(Engine.CITUS, Map.of());

  Limits {
    unsupported = Collections.unmodifiableSortedMap(new TreeMap<>(unsupported));
  }

  /**
   * Those of an engine.
   *
   * @param sqlDir the checkout's folder {@code sql}
   * @param attached whether others run the cluster
   */
  static Limits of(Path sqlDir, Engine engine, boolean attached) {
    Map<String, String> unsupported = new TreeMap<>();
    for (Operation operation : Operations.read(sqlDir, engine).all()) {
      operation.unsupported().ifPresent(why -> unsupported.put(operation.name(), why));
    }
    if (engine != Engine.CITUS) {
      unsupported.put(Benchmarks.FAN_OUT, "it is about how Citus fans out");
    } else if (attached) {
      unsupported.put(
          Benchmarks.FAN_OUT, "it makes tables of its own, and others run this cluster");
    }
    return new Limits(engine, unsupported);
  }

  /** Whether there is Citus' executor, whose settings can be varied. */
  boolean hasExecutor() {
    return engine == Engine.CITUS;
  }
}
