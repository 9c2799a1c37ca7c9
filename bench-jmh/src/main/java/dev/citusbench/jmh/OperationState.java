package dev.citusbench.jmh;

import dev.citusbench.sql.Dataset;
import dev.citusbench.sql.Execution;
import dev.citusbench.sql.Operation;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * The operation that the benchmark's method is named after, and one thread's connection on which it
 * is prepared, unless {@link Access#connection} asks for another one each time.
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

  private Access access;
  private Operation operation;
  private Dataset data;
  private @Nullable Connection kept;
  private @Nullable Execution prepared;
  private Indices indices;

  @Setup(Level.Trial)
  public void open(BenchmarkParams benchmark, ThreadParams thread, Access access)
      throws SQLException {
    this.access = access;
    operation = sized(access.operation(OperationName.of(benchmark.getBenchmark())));
    indices =
        new Indices(System.currentTimeMillis(), thread.getThreadIndex(), thread.getThreadCount());
    if (access.connection.equals(Access.KEPT)) {
      kept = access.connect();
      data = operation.place(kept, access.data());
      prepared = operation.open(kept, data);
    } else {
      try (Connection asked = access.connect()) {
        data = operation.place(asked, access.data());
      }
    }
    long deadline = System.nanoTime() + WARM_NANOS;
    for (int i = 0; i < WARM_EXECUTIONS; i++) {
      if (i >= LEAST_WARM_EXECUTIONS && System.nanoTime() > deadline) {
        break;
      }
      execute();
    }
  }

  /** The operation with as many rows as are asked for. */
  Operation sized(Operation operation) {
    return operation;
  }

  /**
   * Executes the operation once, with the parameters of the next index.
   *
   * @return rows read or written; none where a standby canceled it
   */
  public long execute() throws SQLException {
    long index = indices.next();
    try {
      return prepared == null ? executeOnAnother(index) : prepared.execute(index);
    } catch (SQLException e) {
      if (Canceled.take(access.route, e)) {
        if (kept != null && kept.isClosed()) { // the standby ended the session with the statement
          kept = access.connect();
          prepared = operation.open(kept, data);
        }
        return 0;
      }
      throw new SQLException(
          "%s over %s, index %d: SQLSTATE %s: %s"
              .formatted(operation.name(), access.route, index, e.getSQLState(), e.getMessage()),
          e.getSQLState(),
          e);
    }
  }

  private long executeOnAnother(long index) throws SQLException {
    try (Connection connection = access.connect();
        Execution once = operation.open(connection, data)) {
      return once.execute(index);
    }
  }

  @TearDown(Level.Trial)
  public void close() throws SQLException {
    if (prepared != null) {
      prepared.close();
    }
    if (kept != null) {
      kept.close();
    }
  }
}
