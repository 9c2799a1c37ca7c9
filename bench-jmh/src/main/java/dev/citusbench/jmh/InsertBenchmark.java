package dev.citusbench.jmh;

import java.sql.SQLException;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * The three ways to insert events: one row a statement, a batch of rows a statement, and COPY.
 *
 * <p>Varied: the path, and the route. One operation is one batch; {@code rows} in the throughput
 * mode counts what was written, which is the figure to compare paths by. Each operation commits,
 * and waits for what the tuning's {@code synchronous_commit} asks for. The tables grow during the
 * run.
 *
 * <pre>java -jar bench-jmh/target/benchmarks.jar InsertBenchmark -bm thrpt</pre>
 */
public class InsertBenchmark extends OperationBenchmark {
  @Benchmark
  public long insertEvent(OperationState operation, Written written) throws SQLException {
    return written.add(operation.execute());
  }

  @Benchmark
  public long insertEventsBatch(OperationState operation, Written written) throws SQLException {
    return written.add(operation.execute());
  }

  @Benchmark
  public long copyEvents(OperationState operation, Written written) throws SQLException {
    return written.add(operation.execute());
  }
}
