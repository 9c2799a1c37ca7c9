package dev.citusbench.gatling.probe;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Looks for prepared transactions on the primaries of all groups, every {@link #PERIOD} by a thread
 * and a connection each, from the opening of a fault on. A group that cannot be asked is asked
 * again.
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
  private final LeftOvers found = new LeftOvers();
  private final Set<Integer> answered = ConcurrentHashMap.newKeySet();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean ending;

  /** A watch that does not look yet. */
  public PreparedWatch(Connect connect, int workers) {
    this.connect = connect;
    this.workers = workers;
  }

  /** Looks from now on. */
  public void begin() {
    for (int group = 0; group <= workers; group++) {
      int each = group;
      Thread thread = new Thread(() -> watch(each), "prepared-transactions-" + group);
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
  }

  /**
   * Looks once more, and ends when no transaction is left over, at the latest after a time.
   *
   * @return empty where a group did not answer any more
   */
  public Optional<LeftOvers> end(Duration atMost) throws InterruptedException {
    ending = true;
    long until = System.nanoTime() + atMost.toNanos();
    for (Thread thread : threads) {
      thread.join(Math.max(1, Duration.ofNanos(until - System.nanoTime()).toMillis()));
      thread.interrupt();
    }
    return answered.size() > workers ? Optional.of(found) : Optional.empty();
  }

  private void watch(int group) {
    @Nullable Connection connection = null;
    try {
      boolean last;
      do {
        Thread.sleep(PERIOD.toMillis());
        last = ending;
        connection = look(connection, group);
        if (last && connection != null) {
          answered.add(group);
        }
      } while (!last || connection == null || found.areThere());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      close(connection);
    }
  }

  /** The connection to go on with; null where the group did not answer. */
  private @Nullable Connection look(@Nullable Connection kept, int group) {
    Connection connection = kept;
    try {
      if (connection == null) {
        connection = connect.to(group);
      }
      try (Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery(SQL)) {
        Map<String, Instant> prepared = new HashMap<>();
        while (rows.next()) {
          prepared.put(rows.getString("gid"), rows.getTimestamp("prepared").toInstant());
        }
        found.look(Instant.now(), group, prepared);
      }
      return connection;
    } catch (SQLException e) {
      close(connection);
      return null;
    }
  }

  private static void close(@Nullable Connection connection) {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException e) {
      // It is of no use either way.
    }
  }
}
