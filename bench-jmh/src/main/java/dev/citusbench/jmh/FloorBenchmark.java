package dev.citusbench.jmh;

import java.sql.SQLException;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * What every statement pays before the database does anything for it: driver, loopback, proxy and
 * one trip to the coordinator and back ({@code select 1}). Measured first in every run, because all
 * other figures are read as the cost above it.
 *
 * <p>Varied: the route. Writer minus direct is what HAProxy costs. By {@code -p protocol} and
 * {@code -t} there is a floor for each protocol and number of threads. Excluded: opening a
 * connection, and the pool, unless {@code -p connection} asks for them.
 *
 * <pre>java -jar bench-jmh/target/benchmarks.jar FloorBenchmark</pre>
 */
public class FloorBenchmark extends OperationBenchmark {
  @Benchmark
  public long floor(OperationState operation) throws SQLException {
    return operation.execute();
  }
}
