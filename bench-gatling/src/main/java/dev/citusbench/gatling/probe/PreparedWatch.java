package dev.citusbench.gatling.probe;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks for prepared transactions on the primaries of all groups, every {@link #PERIOD} by a
 * connection each, from the recovery after a fault on. A group that cannot be asked is asked again.
 */
public final class PreparedWatch {
  /** Time between two looks: how exactly the end of a transaction is known. */
  public static final Duration PERIOD = Duration.ofMillis(250);

  private static final String SQL =
      "select gid, prepared from pg_prepared_xacts where database = current_database()";

  /** Connects to the primary of a group. */
  public interface Connect {
    Connection to(int group) throws SQLException;
  }

  private final Connect connect;
  private final int workers;
  private final Map<Integer, Connection> connections = new HashMap<>();
  private volatile LeftOvers leftOvers = new LeftOvers(Instant.MAX);
  private volatile boolean ended;
  private @Nullable Thread thread;

  /** A watch that does not look yet. */
  public PreparedWatch(Connect connect, int workers) {
    this.connect = connect;
    this.workers = workers;
  }

  /**
   * Looks from now on.
   *
   * @param recovered when clients were served again
   */
  public void begin(Instant recovered) {
    LeftOvers found = new LeftOvers(recovered);
    leftOvers = found;
    thread = new Thread(() -> watch(found), "prepared-transactions");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Looks once more, and ends when no transaction is left over, at the latest after a time. Nothing
   * is found where it did not begin.
   */
  public LeftOvers end(Duration atMost) throws InterruptedException {
    ended = true;
    Thread watching = thread;
    if (watching != null) {
      watching.join(atMost.toMillis());
      watching.interrupt();
    }
    return leftOvers;
  }

  private void watch(LeftOvers found) {
    try {
      boolean last;
      do {
        Thread.sleep(PERIOD.toMillis());
        last = ended;
        for (int group = 0; group <= workers; group++) {
          look(found, group);
        }
      } while (!last || found.areThere());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      connections.values().forEach(PreparedWatch::close);
    }
  }

  private void look(LeftOvers found, int group) {
    Connection connection = connections.get(group);
    try {
      if (connection == null) {
        connection = connect.to(group);
        connections.put(group, connection);
      }
      try (Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery(SQL)) {
        Map<String, Instant> prepared = new HashMap<>();
        while (rows.next()) {
          prepared.put(rows.getString("gid"), rows.getTimestamp("prepared").toInstant());
        }
        found.look(Instant.now(), group, prepared);
      }
    } catch (SQLException e) {
      connections.remove(group);
      if (connection != null) {
        close(connection);
      }
    }
  }

  private static void close(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      // It is of no use either way.
    }
  }
}
