package dev.citusbench.gatling;

import dev.citusbench.sql.Dataset;
import dev.citusbench.sql.Execution;
import dev.citusbench.sql.Operation;
import dev.citusbench.sql.Operations;
import dev.citusbench.sql.Placement;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What the clients of both simulations do, and how often: the one place to change it. Mostly one
 * tenant's reads and writes, as of a shop's web pages, and a few of its reports. A multi-shard
 * query costs as much as a hundred lookups and more, so that its weight decides how high a rate a
 * machine can bear.
 */
final class Workload {
  /** Requests of each operation, in a thousand. */
  static final Map<String, Integer> WEIGHTS = weights();

  private Workload() {}

  private static Map<String, Integer> weights() {
    Map<String, Integer> weights = new LinkedHashMap<>();
    weights.put("lookup-order", 485);
    weights.put("order-with-products", 192);
    weights.put("tenant-dashboard", 100);
    weights.put("insert-event", 123);
    weights.put("place-order", 90);
    weights.put("revenue-by-day", 5);
    weights.put("orders-by-status", 3);
    weights.put("top-tenants", 2);
    return weights;
  }

  /**
   * The mix of those operations that the engine in use can run.
   *
   * @param placement where the tenants lie; null where nobody is going to ask whose data a request
   *     asked for
   */
  static Mix mix(Operations operations, Dataset data, @Nullable Placement placement) {
    Map<String, Integer> supported = new LinkedHashMap<>(WEIGHTS);
    supported.keySet().removeIf(name -> operations.find(name).unsupported().isPresent());
    return Mix.of(
        supported, data.spec().seed(), name -> work(operations.find(name), data, placement));
  }

  private static Work work(Operation operation, Dataset data, @Nullable Placement placement) {
    boolean writes = operation.writes();
    return new Work() {
      @Override
      public String name() {
        return operation.name();
      }

      @Override
      public void run(Connection connection, long index) throws SQLException {
        try (Execution execution = operation.open(connection, data)) {
          execution.execute(index);
        }
      }

      @Override
      public Scope scope(long index) {
        if (placement == null) {
          return Scope.UNKNOWN;
        }
        OptionalLong tenant = operation.tenant(data, index);
        return new Scope(
            tenant.isPresent() ? placement.group(tenant.getAsLong()) : Scope.ALL, writes);
      }
    };
  }
}
