package dev.citusbench.gatling.probe;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.SQLExceptionOverride;
import com.zaxxer.hikari.metrics.IMetricsTracker;
import dev.citusbench.results.Manifest;
import dev.citusbench.session.ConnectionPool;
import dev.citusbench.sql.Target;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A client with a small HikariCP pool, as the tuning's layers {@code pool} and {@code driver} have
 * it but for its size. Its shots borrow a connection, send one statement and give it back, so that
 * their outage has in it what a pool adds to the database's: connections that are not evicted
 * though they are of no use, healthy ones that are, waiting for a free one, and the filler's
 * back-off.
 */
final class PooledClient implements Source, AutoCloseable {
  /** Enough for the streams' shots where nothing hangs; few enough to be used up where one does. */
  static final int CONNECTIONS = 4;

  private final String name;
  private final HikariDataSource pool;
  private final AtomicLong opened = new AtomicLong();

  /**
   * A pool that fills itself in the background.
   *
   * @param name as {@link Manifest.Outage} has it
   * @param override null for HikariCP's own handling of exceptions
   */
  PooledClient(
      String name,
      Target target,
      Map<String, Object> settings,
      @Nullable SQLExceptionOverride override) {
    this.name = name;
    HikariConfig config = ConnectionPool.config(target, settings);
    config.setPoolName("bench-" + name);
    config.setMaximumPoolSize(CONNECTIONS);
    config.setMinimumIdle(CONNECTIONS);
    config.setInitializationFailTimeout(-1);
    config.setMetricsTrackerFactory((poolName, stats) -> new Tracker());
    if (override != null) {
      config.setExceptionOverride(override);
    }
    this.pool = new HikariDataSource(config);
  }

  private final class Tracker implements IMetricsTracker {
    @Override
    public void recordConnectionCreatedMillis(long millis) {
      opened.incrementAndGet();
    }
  }

  String name() {
    return name;
  }

  /** The longest that a shot waits for a connection. */
  Duration patience() {
    return Duration.ofMillis(pool.getConnectionTimeout());
  }

  /** Connections opened so far: those that it was filled with, and those that replaced others. */
  long opened() {
    return opened.get();
  }

  @Override
  public Connection take() throws SQLException {
    return pool.getConnection();
  }

  @Override
  public void done(Connection connection, @Nullable SQLException error) {
    Ring.close(connection);
  }

  @Override
  public void close() {
    pool.close();
  }
}
