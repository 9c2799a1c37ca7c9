package dev.citusbench.jmh;

import java.sql.SQLException;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * Writes to all shards at once: an update of every tenant, and a day's rollup by INSERT … SELECT,
 * once pushed down to the shards and once pulled to the coordinator. Pull minus push-down is the
 * price of that way.
 *
 * <p>Varied: the route. Excluded: reading what was written. All rows that are written replace those
 * of the execution before, so that neither the data nor what others measure on it drifts.
 *
 * <pre>java -jar bench-jmh/target/benchmarks.jar MultiShardWriteBenchmark</pre>
 */
public class MultiShardWriteBenchmark extends OperationBenchmark {
  @Benchmark
  public long adjustAllPrices(OperationState operation) throws SQLException {
    return operation.execute();
  }

  @Benchmark
  public long insertSelectPushdown(OperationState operation) throws SQLException {
    return operation.execute();
  }

  @Benchmark
  public long insertSelectPull(OperationState operation) throws SQLException {
    return operation.execute();
  }
}
