package dev.citusbench.jmh;

import java.sql.Connection;
import java.sql.SQLException;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * What it costs to get a connection and to give it back: a new one with its authentication, and one
 * borrowed from HikariCP.
 *
 * <p>Varied: the route; and the threads that share the pool, by JMH's {@code -t}. Excluded: all
 * statements. What the first statements on a cold connection cost is told by an operation with
 * {@code -p connection=kept,new,pooled}.
 *
 * <pre>java -jar bench-jmh/target/benchmarks.jar ConnectionBenchmark -t 4</pre>
 */
public class ConnectionBenchmark extends OperationBenchmark {
  @Benchmark
  public Connection connect(Access access) throws SQLException {
    return openAndClose(access);
  }

  @Benchmark
  public Connection poolBorrow(Access access) throws SQLException {
    return openAndClose(access);
  }

  private static Connection openAndClose(Access access) throws SQLException {
    try (Connection connection = access.connect()) {
      return connection;
    }
  }
}
