package dev.citusbench.gatling.probe;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Connections that are aborted where they are not given back in time. The driver's own timeout is
 * one of each read: a server that cancels a statement and then hangs, as a coordinator does that
 * tells a frozen worker of it, starts it anew with every message.
 */
final class TimeLimited implements Source {
  private final Source source;
  private final Duration limit;
  private final ScheduledExecutorService timer;

  /** For each connection that is taken: whether it was given back, or aborted. */
  private final Map<Connection, AtomicBoolean> taken = new ConcurrentHashMap<>();

  /**
   * Those of another source.
   *
   * @param limit from when a connection is taken
   * @param timer that aborts; once it is shut down, no connection is taken any more
   */
  TimeLimited(Source source, Duration limit, ScheduledExecutorService timer) {
    this.source = source;
    this.limit = limit;
    this.timer = timer;
  }

  @Override
  public Connection take() throws SQLException {
    Connection connection = source.take();
    AtomicBoolean over = new AtomicBoolean();
    taken.put(connection, over);
    try {
      var unused =
          timer.schedule(() -> abort(connection, over), limit.toNanos(), TimeUnit.NANOSECONDS);
      return connection;
    } catch (RejectedExecutionException e) {
      done(connection, null);
      throw new SQLException("no more shots are fired", "08003", e);
    }
  }

  private static void abort(Connection connection, AtomicBoolean over) {
    if (over.compareAndSet(false, true)) {
      try {
        connection.abort(Runnable::run);
      } catch (SQLException e) {
        // The driver's own timeout is left.
      }
    }
  }

  @Override
  public void done(Connection connection, @Nullable SQLException error) {
    AtomicBoolean over = taken.remove(connection);
    if (over != null && !over.compareAndSet(false, true)) {
      Ring.close(connection); // it may be about to be aborted: of no use to a next one
    }
    source.done(connection, error);
  }
}
