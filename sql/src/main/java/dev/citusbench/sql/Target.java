package dev.citusbench.sql;

import dev.citusbench.results.Engine;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.postgresql.Driver;

/**
 * The database that is measured, as a client reaches it.
 *
 * @param writer the coordinator, or the only server for engine {@code single}
 * @param workers of group 1, 2, …; only engine {@code fdw} connects to them
 * @param password empty where there is none
 * @param driver connection properties of the driver, by the driver's own names: those of the
 *     tuning, and those that a URL was given with; with engine {@code citus}, {@code options} also
 *     allows joins that re-partition, unless it says itself whether they are
 */
public record Target(
    Engine engine,
    Endpoint writer,
    List<Endpoint> workers,
    String database,
    String user,
    String password,
    Map<String, String> driver) {

  /** Off by default: Citus refuses a join without the distribution key. */
  private static final String REPARTITION = "citus.enable_repartition_joins";

  private static final String OPTIONS = "options";

  public Target {
    workers = List.copyOf(workers);
    driver = engine == Engine.CITUS ? repartitioning(driver) : Map.copyOf(driver);
  }

  private static Map<String, String> repartitioning(Map<String, String> driver) {
    String given = driver.getOrDefault(OPTIONS, "");
    if (given.contains(REPARTITION)) {
      return Map.copyOf(driver);
    }
    Map<String, String> properties = new HashMap<>(driver);
    properties.put(OPTIONS, (given + " -c " + REPARTITION + "=on").strip());
    return Map.copyOf(properties);
  }

  /** A connection to {@link #writer}, with the driver properties of the tuning. */
  public Connection connect() throws SQLException {
    return connect(writer, driver);
  }

  /**
   * A connection to a worker, with the driver properties of the tuning.
   *
   * @param group 1 for the first worker
   */
  public Connection connectWorker(int group) throws SQLException {
    return connect(workers.get(group - 1), driver);
  }

  /**
   * A connection for long work: no socket timeout and no rewriting, whatever the tuning measures.
   *
   * @param group 0 is the coordinator
   */
  Connection connectForLoad(int group) throws SQLException {
    Map<String, String> properties = new HashMap<>(driver);
    properties.put("socketTimeout", "0");
    properties.put("reWriteBatchedInserts", "false");
    properties.put("tcpKeepAlive", "true");
    properties.put("ApplicationName", "bench-load");
    return connect(group == 0 ? writer : workers.get(group - 1), properties);
  }

  /** What the driver takes as URL, without user, password and properties. */
  public String url() {
    return url(writer);
  }

  private String url(Endpoint endpoint) {
    return "jdbc:postgresql://%s/%s"
        .formatted(endpoint, URLEncoder.encode(database, StandardCharsets.UTF_8));
  }

  private Connection connect(Endpoint endpoint, Map<String, String> properties)
      throws SQLException {
    Properties all = new Properties();
    all.putAll(properties);
    all.setProperty("user", user);
    if (!password.isEmpty()) {
      all.setProperty("password", password);
    }
    Connection connection = new Driver().connect(url(endpoint), all);
    if (connection == null) {
      throw new SQLException("the driver does not know " + url(endpoint), "08001");
    }
    return connection;
  }

  /** Everything but the password, which must not get into a log. */
  @Override
  public String toString() {
    return "%s at %s, workers %s, database %s, user %s"
        .formatted(engine, writer, workers, database, user);
  }
}
