package dev.citusbench.gatling.probe;

import dev.citusbench.gatling.probe.Ledger.Fate;
import dev.citusbench.gatling.probe.Ledger.Write;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicLong;
import org.postgresql.Driver;

/**
 * The probes of a failover: for each group one stream that writes and one that reads, and one that
 * asks all shards, each shot on a connection of its own through the clients' route.
 *
 * <p>For a group that holds shards the write is a row of {@code ledger} for a tenant of that group,
 * and the read a row of {@code tenants}. For a coordinator without shards the write takes a
 * transaction id, which a server in recovery refuses, and the read asks for nothing that a worker
 * has.
 */
public final class Probes implements AutoCloseable {
  /** Time between two shots of a stream that writes or reads. */
  public static final Duration PERIOD = Duration.ofMillis(50);

  /** How long the server lets a statement run, in milliseconds. */
  private static final int STATEMENT_MILLIS = 1000;

  /**
   * Shots of a stream that may be under way: what starts within the longest time one may take, a
   * second to connect and a second to execute.
   */
  private static final int AT_ONCE = 40;

  private final String url;
  private final Properties properties;
  private final Map<Integer, Long> tenants;
  private final Ledger ledger = new Ledger();
  private final List<ProbeStream> streams = new ArrayList<>();
  private final AtomicLong nextEntry;
  private final long firstEntry;

  /**
   * Streams that do not fire yet.
   *
   * @param url of the clients' route
   * @param tenants by group that holds shards: a tenant of it
   */
  public Probes(String url, String user, String password, Map<Integer, Long> tenants) {
    this.url = url;
    this.tenants = Map.copyOf(tenants);
    this.properties = properties(user, password);
    // Microseconds since 1970 and more keys than probes in one: no other run has these.
    this.firstEntry = System.currentTimeMillis() * 1_000_000;
    this.nextEntry = new AtomicLong(firstEntry);
    if (!tenants.containsKey(0)) {
      add("write", 0, number -> ask("select pg_current_xact_id()"));
      add("read", 0, number -> ask("select pg_is_in_recovery()"));
    }
    tenants.forEach(
        (group, tenant) -> {
          add("write", group, number -> write(tenant));
          add("read", group, number -> ask("select name from tenants where tenant_id = " + tenant));
        });
    if (tenants.size() > 1) {
      add("multi-shard", 0, number -> ask("select count(*) from tenants"));
    }
  }

  private static Properties properties(String user, String password) {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("ApplicationName", "bench-probe");
    properties.setProperty("connectTimeout", "1");
    properties.setProperty("socketTimeout", "2");
    properties.setProperty("preferQueryMode", "simple");
    properties.setProperty("assumeMinServerVersion", "15");
    properties.setProperty("gssEncMode", "disable");
    properties.setProperty("sslmode", "disable");
    properties.setProperty("options", "-c statement_timeout=" + STATEMENT_MILLIS);
    return properties;
  }

  private void add(String name, int group, Probe probe) {
    streams.add(new ProbeStream(name, group, PERIOD, AT_ONCE, probe));
  }

  /** Begins to fire, the streams spread over one period. */
  public void start() {
    for (int i = 0; i < streams.size(); i++) {
      streams.get(i).start(PERIOD.multipliedBy(i).dividedBy(streams.size()));
    }
  }

  private Connection connect() throws SQLException {
    Connection connection = new Driver().connect(url, properties);
    if (connection == null) {
      throw new SQLException("the driver does not know " + url, "08001");
    }
    return connection;
  }

  private void ask(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
    }
  }

  private void write(long tenant) throws SQLException {
    Write write = new Write(tenant, nextEntry.getAndIncrement());
    Fate fate = Fate.FAILED;
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      fate = Fate.UNKNOWN;
      statement.executeUpdate(
          "insert into ledger (tenant_id, entry_id) values (%d, %d)"
              .formatted(write.tenant(), write.key()));
      fate = Fate.ACKNOWLEDGED;
    } catch (SQLException e) {
      // Without a connection nothing was sent; after an acknowledgement only the close failed.
      if (fate == Fate.UNKNOWN) {
        fate = Ledger.fateOf(e);
        throw e;
      }
      if (fate == Fate.FAILED) {
        throw e;
      }
    } finally {
      ledger.note(write, fate);
    }
  }

  /** All streams. */
  public List<ProbeStream> streams() {
    return List.copyOf(streams);
  }

  /** The writes of all streams. */
  public Ledger ledger() {
    return ledger;
  }

  /** Reads back every write of this run that is there. */
  public List<Write> readBack() throws SQLException {
    List<Write> there = new ArrayList<>();
    for (long tenant : tenants.values()) {
      try (Connection connection = connect();
          Statement statement = connection.createStatement();
          ResultSet rows =
              statement.executeQuery(
                  "select entry_id from ledger where tenant_id = %d and entry_id >= %d"
                      .formatted(tenant, firstEntry))) {
        while (rows.next()) {
          there.add(new Write(tenant, rows.getLong(1)));
        }
      }
    }
    return there;
  }

  /** Fires no more. */
  @Override
  public void close() {
    streams.forEach(ProbeStream::stop);
    streams.forEach(ProbeStream::close);
  }
}
