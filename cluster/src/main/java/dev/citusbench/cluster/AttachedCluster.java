package dev.citusbench.cluster;

import dev.citusbench.results.BenchException;
import dev.citusbench.results.Engine;
import dev.citusbench.results.Manifest;
import dev.citusbench.results.RuntimeKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/**
 * A PostgreSQL or Citus that others run, reached by URLs. It is only looked at: whatever SQL does
 * not tell (the machine, Patroni, etcd, HAProxy, members, logs) is unknown. Clients have the pool
 * and the driver of the base tuning, and over it what the URLs say.
 */
public final class AttachedCluster implements SystemUnderTest {
  /** Routes that a URL can be given for; {@code writer} is the one that must be. */
  public static final List<String> ROUTES = List.of("writer", "reader", "direct");

  private static final String WRITER = "writer";

  /** Routes that operations which write are sent to. */
  private static final Set<String> WRITTEN = Set.of(WRITER, "direct");

  private final Map<String, JdbcUrl> urls;
  private final Map<String, String> environment;
  private final Tuning tuning;
  private final Facts facts;

  private AttachedCluster(
      Map<String, JdbcUrl> urls, Map<String, String> environment, Tuning tuning, Facts facts) {
    this.urls = urls;
    this.environment = environment;
    this.tuning = tuning;
    this.facts = facts;
  }

  /**
   * Looks whether every URL answers and leads to the same cluster, and whether {@code writer} and
   * {@code direct} take writes.
   *
   * @param home the checkout: the base tuning is read there
   * @param urls by route
   * @param environment where {@code PGPASSWORD} may be
   * @throws BenchException where one does not, with what to do
   */
  public static AttachedCluster attach(
      Path home, Map<String, JdbcUrl> urls, Map<String, String> environment) {
    JdbcUrl writer = urls.get(WRITER);
    if (writer == null) {
      throw BenchException.usage(
          "runtime attach needs the URL of route writer: --url writer=jdbc:postgresql://HOST/DATABASE?user=NAME");
    }
    @Nullable Facts facts = null;
    Map<String, String> identifiers = new LinkedHashMap<>();
    for (JdbcUrl url : urls.values()) {
      try (Connection connection = connect(url, environment)) {
        if (WRITTEN.contains(url.route())) {
          checkWritable(url, connection);
        }
        if (url.equals(writer)) {
          facts = ask(connection);
        }
        identifier(connection).ifPresent(found -> identifiers.put(url.route(), found));
      } catch (SQLException e) {
        throw refused(url, e, !url.password(environment).isEmpty());
      }
    }
    checkSameCluster(urls, identifiers);
    return new AttachedCluster(
        new LinkedHashMap<>(urls),
        environment,
        Tuning.load(home, Tuning.BASE),
        Objects.requireNonNull(facts));
  }

  /** The same, with tables that the engine {@code fdw} distributes over foreign servers. */
  public AttachedCluster withForeignShards(int workers) {
    return new AttachedCluster(
        urls,
        environment,
        tuning,
        new Facts(
            facts.runtime(),
            Engine.FDW,
            facts.engineVersion(),
            facts.versions(),
            new Manifest.Topology(workers, null, null),
            facts.tuning()));
  }

  private static Connection connect(JdbcUrl url, Map<String, String> environment)
      throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("connectTimeout", "10");
    properties.putAll(url.properties());
    properties.setProperty("user", url.user());
    String password = url.password(environment);
    if (!password.isEmpty()) {
      properties.setProperty("password", password);
    }
    properties.setProperty("loginTimeout", "15");
    properties.setProperty("socketTimeout", "15");
    Connection connection = new Driver().connect(url.text(), properties);
    if (connection == null) {
      throw new SQLException("the driver does not take the URL", "08001");
    }
    return connection;
  }

  private static void checkWritable(JdbcUrl url, Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      try (ResultSet row =
          statement.executeQuery(
              "SELECT pg_is_in_recovery(), current_setting('transaction_read_only')::boolean")) {
        row.next();
        if (row.getBoolean(1)) {
          throw BenchException.usage(
              "%s is a standby, and writes need the primary: give the primary's URL as %s, and this one as --url reader=…"
                  .formatted(url, url.route()));
        }
        if (row.getBoolean(2)) {
          throw BenchException.usage(
              "%s takes no writes: default_transaction_read_only is on for user %s"
                  .formatted(url, url.user()));
        }
      }
      if (has(statement, "to_regclass('pg_catalog.pg_dist_local_group') IS NOT NULL")
          && has(statement, "(SELECT groupid FROM pg_catalog.pg_dist_local_group) <> 0")) {
        throw BenchException.usage(
            "%s is a worker of a Citus cluster: give the coordinator's URL as %s"
                .formatted(url, url.route()));
      }
    }
  }

  /** What {@code initdb} gave the cluster, and its standbys share; empty where it is not told. */
  private static Optional<String> identifier(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return text(statement, "SELECT system_identifier FROM pg_control_system()");
    } catch (SQLException e) {
      if (String.valueOf(e.getSQLState()).startsWith("42")) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * Compares what is known; a cluster whose identifier is not told may be any.
   *
   * @param identifiers by route
   */
  static void checkSameCluster(Map<String, JdbcUrl> urls, Map<String, String> identifiers) {
    String expected = identifiers.get(WRITER);
    identifiers.forEach(
        (route, identifier) -> {
          if (expected != null && !identifier.equals(expected)) {
            throw BenchException.usage(
                "%s is another cluster than %s: their system identifiers are %s and %s. Give a URL of the same one, or leave out --url %s="
                    .formatted(urls.get(route), urls.get(WRITER), identifier, expected, route));
          }
        });
  }

  private static boolean has(Statement statement, String condition) throws SQLException {
    try (ResultSet row = statement.executeQuery("SELECT " + condition)) {
      return row.next() && row.getBoolean(1);
    }
  }

  private static boolean isStandby(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return has(statement, "pg_is_in_recovery()");
    }
  }

  private static Facts ask(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      String postgres =
          CitusVersion.in(text(statement, "SELECT current_setting('server_version')").orElse(""));
      Optional<String> citus = CitusVersion.ask(connection);
      if (citus.isEmpty()) {
        return facts(Engine.SINGLE, postgres, postgres, 0);
      }
      int workers =
          text(
                  statement,
                  "SELECT count(DISTINCT groupid) FROM pg_dist_node"
                      + " WHERE groupid > 0 AND noderole = 'primary' AND isactive")
              .map(Integer::parseInt)
              .orElse(0);
      return facts(Engine.CITUS, citus.get(), postgres, workers);
    }
  }

  private static Facts facts(Engine engine, String engineVersion, String postgres, int workers) {
    return new Facts(
        RuntimeKind.ATTACH,
        engine,
        engineVersion,
        Map.of("postgresql", postgres),
        new Manifest.Topology(workers, null, null),
        UNKNOWN);
  }

  private static Optional<String> text(Statement statement, String query) throws SQLException {
    try (ResultSet row = statement.executeQuery(query)) {
      return row.next() ? Optional.ofNullable(row.getString(1)) : Optional.empty();
    }
  }

  /** What a failed connection means for who gave the URL. */
  static BenchException refused(JdbcUrl url, SQLException e, boolean hasPassword) {
    String state = String.valueOf(e.getSQLState());
    boolean asksForPassword = String.valueOf(e.getMessage()).contains("password");
    if (state.equals("08004") && asksForPassword && !hasPassword) {
      return BenchException.usage(
          "%s asks for the password of user %s, and there is none: give it by %s"
              .formatted(url, url.user(), JdbcUrl.howToGiveAPassword()));
    }
    if (state.equals("28P01") || (state.equals("28000") && asksForPassword)) {
      return BenchException.usage(
          "%s does not accept the password of user %s (from PGPASSWORD, or else ~/.pgpass): %s"
              .formatted(url, url.user(), Sql.message(e)));
    }
    if (state.startsWith("08") || state.startsWith("57P")) {
      return BenchException.usage(
          "%s does not answer: %s; is the address right, and the server up?"
              .formatted(url, Sql.message(e)));
    }
    return BenchException.usage("%s: %s".formatted(url, Sql.message(e)));
  }

  @Override
  public Facts facts() {
    return facts;
  }

  @Override
  public Tuning tuning() {
    return tuning;
  }

  @Override
  public Access access(String route) {
    JdbcUrl url = urls.get(route);
    if (url == null) {
      throw BenchException.usage(
          "there is no URL of route %s: --url %s=jdbc:postgresql://… gives one; there is %s"
              .formatted(route, route, String.join(", ", urls.keySet())));
    }
    Map<String, String> properties = new TreeMap<>();
    tuning.driver().forEach((name, value) -> properties.put(name, String.valueOf(value)));
    properties.putAll(url.properties());
    return new Access(
        url.host(),
        url.port(),
        url.database(),
        new Login(url.user(), url.password(environment)),
        properties);
  }

  /** None: others' workers are reached through their coordinator only. */
  @Override
  public List<Route> workers() {
    return List.of();
  }

  /** Looks once: nobody here can do anything about it. */
  @Override
  public void awaitSettled(Duration atMost, Progress progress) {
    for (JdbcUrl url : urls.values()) {
      if (WRITTEN.contains(url.route())) {
        try (Connection connection = connect(url, environment)) {
          checkWritable(url, connection);
        } catch (SQLException e) {
          throw new BenchException(
              BenchException.Kind.CLUSTER, "%s: %s".formatted(url, Sql.message(e)), e);
        }
      }
    }
  }

  /** The settings of the server behind each URL, and of the pool and the driver. */
  @Override
  public List<String> saveSettings(Path dir) {
    List<String> remarks = new ArrayList<>();
    remarks.add(
        "the cluster is run by others: its machine, daemons, logs and tuning are unknown; machine and processor use are the client's");
    try {
      Files.createDirectories(dir);
      for (JdbcUrl url : urls.values()) {
        try (Connection connection = connect(url, environment)) {
          write(
              dir.resolve("postgres-" + url.route() + ".json"),
              ServerSettings.read(connection, text -> text));
          if (url.route().equals("reader") && !isStandby(connection)) {
            remarks.add("%s is no standby: what it reads, it reads on a primary".formatted(url));
          }
        } catch (SQLException e) {
          remarks.add("settings of %s: %s".formatted(url, Sql.message(e)));
        }
        Map<String, Object> client = new LinkedHashMap<>();
        client.put("pool", tuning.pool());
        client.put("driver", access(url.route()).properties());
        write(dir.resolve("client-" + url.route() + ".json"), client);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing settings to " + dir, e);
    }
    return remarks;
  }

  private static void write(Path file, Object value) throws IOException {
    Files.writeString(file, Json.MAPPER.writeValueAsString(value) + "\n");
  }

  /** Does nothing: others' disks are not seen from here. */
  @Override
  public void checkDisk() {}

  /** Does nothing: others' logs are not ours to have. */
  @Override
  public void saveLogs(Path dir) {}
}
