package dev.citusbench.jmh;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One thread's connection, with the query over a fan-out's table prepared on it. */
@State(Scope.Thread)
public class FanOutState {
  /** Until the server has prepared the statement, and Citus has opened and kept connections. */
  private static final int WARM_EXECUTIONS = 12;

  private Connection connection;
  private PreparedStatement query;

  @Setup(Level.Trial)
  public void open(Access access, FanOutTable table) throws SQLException {
    connection = access.connect();
    try (Statement statement = connection.createStatement()) {
      statement.execute("set citus.executor_slow_start_interval = 0");
    }
    query = connection.prepareStatement(table.query());
    for (int i = 0; i < WARM_EXECUTIONS; i++) {
      execute();
    }
  }

  /**
   * Executes the query once.
   *
   * @return how many rows there are in all shards
   */
  public long execute() throws SQLException {
    try (ResultSet sums = query.executeQuery()) {
      sums.next();
      return sums.getLong(1);
    }
  }

  @TearDown(Level.Trial)
  public void close() throws SQLException {
    query.close();
    connection.close();
  }
}
