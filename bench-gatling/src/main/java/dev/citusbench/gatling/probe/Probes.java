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
 * The probes of one fault: for each group one stream that writes and one that reads, and one that
 * asks all shards, each shot on a connection of its own through the clients' route.
 *
 * <p>The streams of the group that is broken fire every {@link #NEAR}, the others every {@link
 * #FAR}: a new connection costs the cluster some 10 ms of a core, and probes that use up the
 * machine would measure themselves. For the same reason they fire only around a fault.
 *
 * <p>For a group that holds shards the write is a row of {@code ledger} for a tenant of that group,
 * and the read a row of {@code tenants}. For a coordinator without shards the write takes a
 * transaction id, which a server in recovery refuses, and the read asks for nothing that a worker
 * has.
 */
public final class Probes implements AutoCloseable {
  /** Time between two shots of a stream on the group that is broken. */
  public static final Duration NEAR = Duration.ofMillis(50);

  /** Time between two shots of the other streams. */
  public static final Duration FAR = Duration.ofMillis(250);

  private static final String MULTI_SHARD = "multi-shard";

  /** How long the server lets a statement run, in milliseconds. */
  private static final int STATEMENT_MILLIS = 1000;

  /** The longest that a shot takes where a peer hangs: a second for the statement, and some. */
  private static final Duration LONGEST = Duration.ofMillis(1250);

  private final String url;
  private final int broken;
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
   * @param broken the group that will be broken
   */
  public Probes(String url, String user, String password, Map<Integer, Long> tenants, int broken) {
    this.url = url;
    this.broken = broken;
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
      add(MULTI_SHARD, 0, number -> ask("select count(*) from tenants"));
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
    boolean near = group == broken && !name.equals(MULTI_SHARD);
    Duration period = near ? NEAR : FAR;
    int atOnce = (int) Math.ceil((double) LONGEST.toMillis() / period.toMillis());
    streams.add(new ProbeStream(name, group, period, atOnce, probe));
  }

  /** Begins to fire, the streams spread over their period. */
  public void start() {
    for (int i = 0; i < streams.size(); i++) {
      streams.get(i).start(streams.get(i).period().multipliedBy(i).dividedBy(streams.size()));
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

  /** Fires no more; shots under way end by their own timeouts. */
  public void stop() {
    streams.forEach(ProbeStream::close);
  }

  @Override
  public void close() {
    stop();
  }
}
