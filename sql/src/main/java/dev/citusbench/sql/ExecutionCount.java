package dev.citusbench.sql;

import dev.citusbench.results.Engine;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * How many statements Citus has executed in this database, by how many shards they went to: {@code
 * citus_stat_counters} of Citus 13.1 and later. A COPY counts as one statement; an EXPLAIN, and
 * what touches no distributed table, as none.
 *
 * @param server whose counters these are; they begin anew with another one
 */
public record ExecutionCount(String server, long singleShard, long multiShard) {
  private static final String IS_COUNTED =
      """
      select to_regclass('citus_stat_counters') is not null
        and current_setting('citus.enable_stat_counters', true) = 'on'""";

  private static final String COUNT =
      """
      select concat_ws(' ', inet_server_port(), pg_postmaster_start_time(), stats_reset),
        query_execution_single_shard, query_execution_multi_shard
      from citus_stat_counters
      where name = current_database()""";

  /**
   * Reads the counters.
   *
   * @param connection to the coordinator
   * @return empty where the engine does not count, or {@code citus.enable_stat_counters} is off
   */
  public static Optional<ExecutionCount> read(Connection connection, Engine engine)
      throws SQLException {
    if (engine != Engine.CITUS) {
      return Optional.empty();
    }
    try (java.sql.Statement statement = connection.createStatement()) {
      try (ResultSet counted = statement.executeQuery(IS_COUNTED)) {
        if (!counted.next() || !counted.getBoolean(1)) {
          return Optional.empty();
        }
      }
      try (ResultSet row = statement.executeQuery(COUNT)) {
        return row.next()
            ? Optional.of(new ExecutionCount(row.getString(1), row.getLong(2), row.getLong(3)))
            : Optional.empty();
      }
    }
  }

  /**
   * What was executed between two readings; empty where they are not of the same server, which is
   * so after a failover or a restart of the coordinator.
   */
  public Optional<ExecutionCount> since(ExecutionCount earlier) {
    return server.equals(earlier.server)
        ? Optional.of(
            new ExecutionCount(
                server, singleShard - earlier.singleShard, multiShard - earlier.multiShard))
        : Optional.empty();
  }
}
