package dev.citusbench.jmh;

import java.sql.SQLException;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * A join without the distribution key: rows of two shards are cut into pieces, sent between the
 * nodes and joined there. On other engines than Citus the coordinator fetches and joins them.
 *
 * <p>Varied: the route, and the two tenants. Excluded: the shards of all other tenants. Each shard
 * more costs as many connections between nodes as there are pieces; over all shards it is seconds.
 *
 * <pre>java -jar bench-jmh/target/benchmarks.jar RepartitionBenchmark</pre>
 */
public class RepartitionBenchmark extends OperationBenchmark {
  @Benchmark
  public long repartitionJoin(OperationState operation) throws SQLException {
    return operation.execute();
  }
}
