package dev.citusbench.session;

import com.zaxxer.hikari.HikariConfig;
import dev.citusbench.sql.Target;
import java.util.Map;
import java.util.Properties;

/** HikariCP as a tuning's layer {@code pool} has it: its keys are HikariCP's own. */
public final class ConnectionPool {
  private ConnectionPool() {}

  /**
   * The configuration of a pool of connections to a target, with the target's driver properties.
   *
   * @param settings the tuning's layer {@code pool}
   */
  public static HikariConfig config(Target target, Map<String, Object> settings) {
    Properties properties = new Properties();
    settings.forEach((key, value) -> properties.setProperty(key, String.valueOf(value)));
    HikariConfig config = new HikariConfig(properties);
    config.setJdbcUrl(target.url());
    config.setUsername(target.user());
    if (!target.password().isEmpty()) {
      config.setPassword(target.password());
    }
    target.driver().forEach(config::addDataSourceProperty);
    return config;
  }
}
