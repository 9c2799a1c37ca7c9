package dev.citusbench.jmh;

import dev.citusbench.session.Listener;
import dev.citusbench.session.Settings;
import dev.citusbench.session.Testbed;
import dev.citusbench.sql.DatasetSpec;
import dev.citusbench.sql.Execution;
import dev.citusbench.sql.Operation;
import dev.citusbench.sql.Operations;
import java.sql.Connection;
import java.sql.SQLException;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * One thread's connection, without a pool, and the operation that the benchmark's method is named
 * after, prepared on it. Lives in a forked JVM, which finds the cluster through {@code
 * .bench/cluster.json}, or the URLs that it was given, and the data set through {@code bench.}
 * properties; it starts and stops nothing.
 */
@State(Scope.Thread)
public class OperationState {
  /**
   * Executions before JMH's own warm-up. pgjdbc prepares on the server at the fifth, PostgreSQL may
   * take a generic plan after five more, and Citus opens its connections to workers with the first.
   */
  private static final int WARM_EXECUTIONS = 12;

  /** What an operation gets that is too slow for all of them. */
  private static final int LEAST_WARM_EXECUTIONS = 6;

  private static final long WARM_NANOS = 1_000_000_000;

  /** {@code writer} goes through HAProxy to the coordinator's primary, {@code direct} straight. */
  @Param({"writer", "direct"})
  public String route = "writer";

  private Connection connection;
  private Execution execution;
  private Indices indices;
  private String name;

  @Setup(Level.Trial)
  public void open(BenchmarkParams benchmark, ThreadParams thread) throws SQLException {
    name = OperationName.of(benchmark.getBenchmark());
    indices =
        new Indices(System.currentTimeMillis(), thread.getThreadIndex(), thread.getThreadCount());
    Settings settings = Settings.from(System.getProperties());
    Testbed testbed = Testbed.find(settings, Listener.onStandardError());
    Operation operation =
        Operations.read(settings.home().resolve("sql"), testbed.engine()).find(name);
    connection = testbed.target(route).connect();
    execution = operation.open(connection, new DatasetSpec(settings.scale(), settings.seed()));
    long deadline = System.nanoTime() + WARM_NANOS;
    for (int i = 0; i < WARM_EXECUTIONS; i++) {
      if (i >= LEAST_WARM_EXECUTIONS && System.nanoTime() > deadline) {
        break;
      }
      execute();
    }
  }

  /**
   * Executes the operation once, with the parameters of the next index.
   *
   * @return rows read or written
   */
  public long execute() throws SQLException {
    long index = indices.next();
    try {
      return execution.execute(index);
    } catch (SQLException e) {
      throw new SQLException(
          "%s over %s, index %d: SQLSTATE %s: %s"
              .formatted(name, route, index, e.getSQLState(), e.getMessage()),
          e.getSQLState(),
          e);
    }
  }

  @TearDown(Level.Trial)
  public void close() throws SQLException {
    try {
      execution.close();
    } finally {
      connection.close();
    }
  }
}
