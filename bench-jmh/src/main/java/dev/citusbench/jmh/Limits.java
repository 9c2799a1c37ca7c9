package dev.citusbench.jmh;

import dev.citusbench.results.Engine;
import dev.citusbench.session.Demand;
import dev.citusbench.session.Room;
import dev.citusbench.sql.Operation;
import dev.citusbench.sql.Operations;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What cannot be measured on a cluster, known before it is started or touched.
 *
 * @param unsupported why, by name of the operation
 * @param lack of connections, empty where there is room for what is demanded
 */
record Limits(
    Engine engine, Map<String, String> unsupported, Function<Demand, Optional<Room.Lack>> lack) {
  /** The limits of a cluster that can do everything. */
  static final Limits NONE = new Limits(Engine.CITUS, Map.of(), demand -> Optional.empty());

  Limits {
    unsupported = Collections.unmodifiableSortedMap(new TreeMap<>(unsupported));
  }

  /**
   * Those of an engine.
   *
   * @param sqlDir the checkout's folder {@code sql}
   * @param attached whether others run the cluster
   */
  static Limits of(Path sqlDir, Engine engine, boolean attached, Room room) {
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
    return new Limits(engine, unsupported, room::lack);
  }

  /** These with another room for connections. */
  Limits with(Function<Demand, Optional<Room.Lack>> other) {
    return new Limits(engine, unsupported, other);
  }

  /** Whether there is Citus' executor, whose settings can be varied. */
  boolean hasExecutor() {
    return engine == Engine.CITUS;
  }
}
