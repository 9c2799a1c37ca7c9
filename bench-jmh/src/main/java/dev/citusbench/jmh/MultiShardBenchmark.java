package dev.citusbench.jmh;

import java.sql.SQLException;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * Queries over all tenants, which fan out to every shard and are put together on the coordinator.
 *
 * <p>Varied: the route. Excluded: the fan-out's connections to the workers, which Citus opens in
 * the executions before the warm-up and keeps. The figures grow with the data set; compare them
 * only at the same scale.
 *
 * <pre>java -jar bench-jmh/target/benchmarks.jar MultiShardBenchmark</pre>
 */
public class MultiShardBenchmark extends OperationBenchmark {
  @Benchmark
  public long revenueByDay(OperationState operation) throws SQLException {
    return operation.execute();
  }

  @Benchmark
  public long topTenants(OperationState operation) throws SQLException {
    return operation.execute();
  }

  @Benchmark
  public long ordersByStatus(OperationState operation) throws SQLException {
    return operation.execute();
  }
}
