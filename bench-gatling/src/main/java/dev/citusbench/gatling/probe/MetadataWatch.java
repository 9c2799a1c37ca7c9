package dev.citusbench.gatling.probe;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Looks where the coordinator believes a worker group's primary to be, every {@link #PERIOD} by a
 * thread and a plain connection of its own. The address is another from the moment on at which
 * {@code citus_update_node}'s transaction is committed, which is when the coordinator lets writes
 * to the group go on. Where the coordinator cannot be asked it is asked again.
 */
public final class MetadataWatch implements AutoCloseable {
  /** Time between two looks. */
  public static final Duration PERIOD = Duration.ofMillis(20);

  private static final int ANSWER_MILLIS = 1_000;

  private static final String SQL =
      "select string_agg(nodename || ':' || nodeport, ',' order by nodename, nodeport)"
          + " from pg_dist_node where groupid = ? and noderole = 'primary'";

  /** How to connect to the coordinator. */
  public interface Connect {
    Connection open() throws SQLException;
  }

  /**
   * The address was another.
   *
   * @param within it became so at most so long before {@code at}
   */
  public record Changed(Instant at, Duration within) {}

  private final Connect connect;
  private final int group;
  private final Thread thread = new Thread(this::run, "pg-dist-node");
  private volatile boolean closed;
  private volatile @Nullable Changed changed;

  private @Nullable String address;
  private Instant lookedAt = Instant.now();

  /** A watch that does not look yet. */
  public MetadataWatch(Connect connect, int group) {
    this.connect = connect;
    this.group = group;
  }

  /** Looks from now on; the first address is the one that it is to change from. */
  public void begin() {
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    while (!closed && changed == null) {
      try (Connection connection = connect.open()) {
        connection.setNetworkTimeout(Runnable::run, ANSWER_MILLIS);
        try (PreparedStatement statement = connection.prepareStatement(SQL)) {
          statement.setInt(1, group);
          while (!closed && changed == null) {
            look(statement);
            LockSupport.parkNanos(PERIOD.toNanos());
          }
        }
      } catch (SQLException e) {
        LockSupport.parkNanos(PERIOD.toNanos()); // and again: what was missed is in the resolution
      }
    }
  }

  private void look(PreparedStatement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery()) {
      row.next();
      String now = row.getString(1);
      Instant at = Instant.now();
      if (now != null && address != null && !now.equals(address)) {
        changed = new Changed(at, Duration.between(lookedAt, at));
      }
      address = now == null ? address : now;
      lookedAt = at;
    }
  }

  /** The first change that was seen. */
  public Optional<Changed> changed() {
    return Optional.ofNullable(changed);
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    try {
      thread.join(2 * ANSWER_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
