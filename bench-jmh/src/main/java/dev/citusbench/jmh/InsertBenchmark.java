package dev.citusbench.jmh;

import java.sql.SQLException;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * The three ways to insert events: one row a statement, a batch of rows a statement, and COPY.
 *
 * <p>Varied: the path, and the route; by {@code -p rows} the rows of a batch or a chunk, by {@code
 * -p rewrite} whether the driver makes multi-row INSERTs of a batch. One operation is one batch;
 * {@code rowsPerSecond} of a row of {@code run.json} is the figure to compare paths by; JMH's own
 * table has the sums of {@code rows} and {@code executions}, with those between its measured times.
 * Each operation commits, and waits for what the tuning's {@code synchronous_commit} asks for.
 * Included: making the rows and, for COPY, their text, which a client's own code would do as well;
 * {@code clientCpuNanos} says how much that is. Excluded: reads of the events, which no operation
 * has; the table grows during the run.
 *
 * <pre>java -jar bench-jmh/target/benchmarks.jar InsertBenchmark -bm thrpt -p rows=10,100,1000
 * </pre>
 */
public class InsertBenchmark extends OperationBenchmark {
  @Benchmark
  public long insertEvent(OperationState operation, Written written) throws SQLException {
    return written.add(operation.execute());
  }

  @Benchmark
  public long insertEventsBatch(BatchState operation, Written written) throws SQLException {
    return written.add(operation.execute());
  }

  @Benchmark
  public long copyEvents(ChunkState operation, Written written) throws SQLException {
    return written.add(operation.execute());
  }
}
