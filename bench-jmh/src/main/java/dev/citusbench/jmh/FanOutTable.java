package dev.citusbench.jmh;

import dev.citusbench.sql.FanOut;
import java.sql.Connection;
import java.sql.SQLException;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The table of a fan-out, made for the benchmark. It is dropped when all benchmarks have run: JMH
 * tears a trial down within its last iteration, whose counters would have the drop in them.
 */
@State(Scope.Benchmark)
public class FanOutTable {
  /** How many shards the table has. */
  @Param({"4", "16", "32", "64"})
  public int shards;

  private FanOut table;

  @Setup(Level.Trial)
  public void create(Access access) throws SQLException {
    table = access.fanOut(shards);
    try (Connection connection = access.connect()) {
      table.create(connection);
      table.checkPlan(connection);
    }
  }

  String query() {
    return table.query();
  }
}
