package dev.citusbench.gatling.probe;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Plain connections that are kept, the one used last first. A shot that finds none idle opens one
 * more. There is no back-off, no check before use and no waiting for another's connection, as there
 * would be in a pool. Most of the time two or three are in use: so after a worker was lost, only
 * their backends on the coordinator have to connect to the new one, and not all at the same moment.
 *
 * <p>One that breaks is closed, and the idle ones with it: they led to the same server, and each of
 * them would fail once more when that is back. So a client is seen that connects anew as soon as it
 * learns that it must. A connection broke where the driver has closed it, where the server says
 * that it goes away (57P..), and where the server turned out to be no primary (25006). Other errors
 * that a statement ended with say nothing against the connection, also where a worker was lost.
 */
final class Ring implements Source, AutoCloseable {
  /** Opens a connection. */
  interface Opener {
    Connection open() throws SQLException;
  }

  /** So the ring fills itself within seconds, without a burst of new connections. */
  static final int FILL_EVERY = 8;

  private final Opener opener;
  private final int filled;
  private final Deque<Connection> idle = new ArrayDeque<>();
  private int open;
  private int taken;
  private boolean closed;

  /**
   * A ring without connections.
   *
   * @param filled how many there are to be in advance: as long as there are fewer, every {@link
   *     #FILL_EVERY}th shot opens one. 0 for only those that are needed
   */
  Ring(int filled, Opener opener) {
    this.filled = filled;
    this.opener = opener;
  }

  @Override
  public Connection take() throws SQLException {
    synchronized (this) {
      taken++;
      boolean fill = open < filled && taken % FILL_EVERY == 0;
      Connection kept = fill ? null : idle.poll();
      if (kept != null) {
        return kept;
      }
      open++;
    }
    boolean opened = false;
    try {
      Connection connection = opener.open();
      opened = true;
      return connection;
    } finally {
      if (!opened) {
        gone();
      }
    }
  }

  private synchronized void gone() {
    open--;
  }

  @Override
  public void done(Connection connection, @Nullable SQLException error) {
    boolean usable = isUsable(connection, error);
    synchronized (this) {
      if (!closed && usable) {
        idle.push(connection);
        return;
      }
      open--;
    }
    close(connection);
    closeIdle();
  }

  private void closeIdle() {
    Deque<Connection> all;
    synchronized (this) {
      all = new ArrayDeque<>(idle);
      idle.clear();
      open -= all.size();
    }
    all.forEach(Ring::close);
  }

  private static boolean isUsable(Connection connection, @Nullable SQLException error) {
    try {
      if (connection.isClosed()) {
        return false;
      }
    } catch (SQLException e) {
      return false;
    }
    String state = error == null ? "" : error.getSQLState();
    return state != null && !state.equals("25006") && !state.startsWith("57P");
  }

  /** How many connections there are, idle and taken. */
  synchronized int open() {
    return open;
  }

  /** Closes the idle connections, and each taken one when it is given back. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    closeIdle();
  }

  static void close(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      // It is of no use either way.
    }
  }
}
