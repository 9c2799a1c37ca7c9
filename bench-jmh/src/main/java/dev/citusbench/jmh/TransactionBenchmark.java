package dev.citusbench.jmh;

import java.sql.SQLException;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * Transactions from BEGIN to COMMIT: an order of one tenant with its lines, and a transfer between
 * tenants of two workers, which commits in two phases (with a single worker group it cannot: both
 * tenants are on it).
 *
 * <p>Varied: the route. The commit is within the figure, and with it the wait for a standby where
 * the tuning asks for one. Excluded: contention among orders, as each thread writes its own;
 * transfers meet where threads draw the same tenant. Orders stay, transfers keep the sum.
 *
 * <pre>java -jar bench-jmh/target/benchmarks.jar TransactionBenchmark -t 4</pre>
 */
public class TransactionBenchmark extends OperationBenchmark {
  @Benchmark
  public long placeOrder(OperationState operation, Written written) throws SQLException {
    return written.add(operation.execute());
  }

  @Benchmark
  public long crossTenantTransfer(OperationState operation) throws SQLException {
    return operation.execute();
  }
}
