package dev.citusbench.gatling;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.citusbench.results.BenchException;
import dev.citusbench.session.ConnectionPool;
import dev.citusbench.sql.Target;
import java.time.Duration;
import java.util.Map;

/** The load generator's pool of connections. */
final class Pool {
  private Pool() {}

  /**
   * A pool that fills itself in the background.
   *
   * @param settings the tuning's layer {@code pool}
   * @param connections the most that there are; all of them from the beginning, unless the tuning
   *     has a {@code minimumIdle}
   */
  static HikariDataSource open(Target target, Map<String, Object> settings, int connections) {
    HikariConfig config = ConnectionPool.config(target, settings);
    config.setPoolName("gatling");
    config.setMaximumPoolSize(connections);
    config.setInitializationFailTimeout(-1);
    return new HikariDataSource(config);
  }

  /** Waits until every connection is there, so that no request pays for one. */
  static void awaitFull(HikariDataSource pool, Duration atMost) {
    int wanted = pool.getMinimumIdle();
    long end = System.nanoTime() + atMost.toNanos();
    while (pool.getHikariPoolMXBean().getTotalConnections() < wanted) {
      if (System.nanoTime() - end > 0) {
        throw new BenchException(
            BenchException.Kind.CLUSTER,
            "the pool has %d of %d connections to %s after %d s; is max_connections too low for it?"
                .formatted(
                    pool.getHikariPoolMXBean().getTotalConnections(),
                    wanted,
                    pool.getJdbcUrl(),
                    atMost.toSeconds()));
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
