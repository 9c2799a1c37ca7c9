package dev.citusbench.sql;

import dev.citusbench.results.Engine;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the primaries of all groups have written and waited for, read over connections of its own.
 *
 * <p>WAL is counted by its position, and transactions that wrote by the ids that were given out:
 * both are up to date at any moment, unlike the cumulative statistics. What the servers do by
 * themselves is among them, and so are transactions that were rolled back, and subtransactions.
 */
public final class ServerUse implements AutoCloseable {
  private static final String WRITTEN =
      """
      select pg_current_wal_insert_lsn() - '0/0'::pg_lsn,
        pg_snapshot_xmax(pg_current_snapshot())::text::bigint""";

  private static final String EXECUTOR =
      """
      select connection_establishment_succeeded, connection_reused, query_execution_multi_shard
      from citus_stat_counters
      where name = current_database()""";

  /**
   * A coordinator that waits for its workers is in an extension's wait, or, with Citus, in the one
   * for its client (adaptive_executor.c waits with WAIT_EVENT_CLIENT_READ); so is a worker that
   * waits for more of a COPY. Neither is what the statement waits for in the end.
   */
  private static final String WAITS =
      """
      select wait_event_type || ':' || wait_event, count(*)
      from pg_stat_activity
      where state = 'active' and backend_type = 'client backend' and pid <> pg_backend_pid()
        and wait_event_type is distinct from 'Extension'
        and wait_event is distinct from 'ClientRead'
      group by 1""";

  private final List<Connection> primaries = new ArrayList<>();
  private final boolean knowsAll;
  private boolean executorCounts;

  /**
   * Counters since the servers began.
   *
   * @param written by all groups' primaries; empty where the workers are not known
   * @param executor of Citus on the coordinator; empty where it does not count, which it does from
   *     13.1 on
   */
  public record Counters(Optional<Written> written, Optional<Executor> executor) {}

  /**
   * What Citus' executor did for statements in this database.
   *
   * @param opened connections to workers
   * @param reused connections that it had kept from earlier statements
   * @param multiShard executions on several shards
   */
  public record Executor(long opened, long reused, long multiShard) {
    /** Connections that statements took to workers. */
    public long used() {
      return opened + reused;
    }
  }

  /**
   * What was written.
   *
   * @param transactions that got an id, which only those that write do
   */
  public record Written(long walBytes, long transactions) {}

  private ServerUse(boolean knowsAll) {
    this.knowsAll = knowsAll;
  }

  /** Connects to the coordinator and all workers that the target names. */
  public static ServerUse connect(Target target) throws SQLException {
    boolean workers = target.engine() != Engine.SINGLE;
    ServerUse use = new ServerUse(!(workers && target.workers().isEmpty()));
    try {
      Connection coordinator = target.connect();
      use.primaries.add(coordinator);
      use.executorCounts = ExecutionCount.read(coordinator, target.engine()).isPresent();
      if (workers) {
        for (int group = 1; group <= target.workers().size(); group++) {
          use.primaries.add(target.connectWorker(group));
        }
      }
    } catch (SQLException e) {
      use.close();
      throw e;
    }
    return use;
  }

  public Counters counters() throws SQLException {
    return new Counters(knowsAll ? Optional.of(written()) : Optional.empty(), executor());
  }

  private Written written() throws SQLException {
    long wal = 0;
    long transactions = 0;
    for (Connection primary : primaries) {
      try (java.sql.Statement statement = primary.createStatement();
          ResultSet row = statement.executeQuery(WRITTEN)) {
        row.next();
        wal += row.getLong(1);
        transactions += row.getLong(2);
      }
    }
    return new Written(wal, transactions);
  }

  private Optional<Executor> executor() throws SQLException {
    if (!executorCounts) {
      return Optional.empty();
    }
    try (java.sql.Statement statement = primaries.get(0).createStatement();
        ResultSet row = statement.executeQuery(EXECUTOR)) {
      return row.next()
          ? Optional.of(new Executor(row.getLong(1), row.getLong(2), row.getLong(3)))
          : Optional.empty();
    }
  }

  /**
   * Sessions in a statement now, by what they wait for, {@code IPC:SyncRep}; those that wait for
   * nothing have an empty name. The coordinator's waits for workers are left out.
   */
  public Map<String, Integer> waits() throws SQLException {
    Map<String, Integer> sessions = new TreeMap<>();
    for (Connection primary : primaries) {
      try (java.sql.Statement statement = primary.createStatement();
          ResultSet rows = statement.executeQuery(WAITS)) {
        while (rows.next()) {
          String wait = rows.getString(1);
          sessions.merge(wait == null ? "" : wait, rows.getInt(2), Integer::sum);
        }
      }
    }
    return sessions;
  }

  @Override
  public void close() throws SQLException {
    @Nullable SQLException first = null;
    for (Connection primary : primaries) {
      try {
        primary.close();
      } catch (SQLException e) {
        first = first == null ? e : first;
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
