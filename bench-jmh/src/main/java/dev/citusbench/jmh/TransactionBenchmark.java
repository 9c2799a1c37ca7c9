package dev.citusbench.jmh;

import java.sql.SQLException;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * A transaction of one tenant: an order and its lines, from BEGIN to COMMIT.
 *
 * <p>Varied: the route. The commit is within the figure, and with it the wait for a standby where
 * the tuning asks for one. Excluded: contention, as each thread writes orders of its own.
 *
 * <pre>java -jar bench-jmh/target/benchmarks.jar TransactionBenchmark -t 4</pre>
 */
public class TransactionBenchmark extends OperationBenchmark {
  @Benchmark
  public long placeOrder(OperationState operation, Written written) throws SQLException {
    return written.add(operation.execute());
  }
}
