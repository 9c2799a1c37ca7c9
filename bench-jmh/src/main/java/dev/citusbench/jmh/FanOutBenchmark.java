package dev.citusbench.jmh;

import java.sql.SQLException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to fan out: one query over tables that differ in nothing but the number of their
 * shards, each shard with as few rows.
 *
 * <p>Varied: shards, which are tasks; by {@code -p executorPool} the connections that Citus may
 * open to each worker ({@code citus.max_adaptive_executor_pool_size}); by {@code -p
 * cachedConnections} those that it keeps between statements ({@code
 * citus.max_cached_conns_per_worker}). Excluded: Citus' slow start, by which it opens a second
 * connection only after 10 ms, so that what may be opened is opened; and the size of the data. What
 * a query of one's own makes of these settings, slow start included, is told by an operation with
 * {@code -p executorPool=1,4,16}.
 *
 * <pre>java -jar bench-jmh/target/benchmarks.jar fan-out -p shards=8,32</pre>
 */
@Fork(1)
@Warmup(iterations = 1, time = 1)
@Measurement(iterations = 3, time = 2)
public class FanOutBenchmark extends OperationBenchmark {
  @Benchmark
  public long fanOut(FanOutState query) throws SQLException {
    return query.execute();
  }
}
