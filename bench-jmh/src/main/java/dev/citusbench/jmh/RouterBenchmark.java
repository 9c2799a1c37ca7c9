package dev.citusbench.jmh;

import java.sql.SQLException;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * Queries of one tenant, which go to one shard: a row by its key, a co-located join and aggregate,
 * and a join with the reference table.
 *
 * <p>Varied: the route; tenant and key are drawn anew for each execution. Excluded: planning of the
 * first executions, which come before the warm-up, so that prepared plans are measured.
 *
 * <pre>java -jar bench-jmh/target/benchmarks.jar RouterBenchmark</pre>
 */
public class RouterBenchmark extends OperationBenchmark {
  @Benchmark
  public long lookupOrder(OperationState operation) throws SQLException {
    return operation.execute();
  }

  @Benchmark
  public long tenantDashboard(OperationState operation) throws SQLException {
    return operation.execute();
  }

  @Benchmark
  public long orderWithProducts(OperationState operation) throws SQLException {
    return operation.execute();
  }
}
