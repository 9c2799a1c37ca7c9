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
import java.util.Objects;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.postgresql.Driver;

/**
 * The probes of one fault: for each group one stream that writes and one that reads, and one that
 * asks all shards, through the clients' route and without a pool.
 *
 * <p>From {@link #fresh} on, which is called just before the fault, each shot opens a connection of
 * its own and closes it. Before that, and from {@link #calm} on, a shot may take the connection
 * that an earlier shot of its stream has left: opening one and planning its first query costs the
 * cluster tens of milliseconds of a core, so that a machine with few of them would be busy with
 * probes rather than with the load when the fault comes. For the same reason the streams of the
 * group that is broken fire every {@link #NEAR}, the others every {@link #FAR}.
 *
 * <p>For a group that holds shards the write is a row of {@code ledger} for a tenant of that group,
 * and the read a row of {@code tenants}. For a coordinator without shards the write takes a
 * transaction id, which a server in recovery refuses, and the read asks for nothing that a worker
 * has.
 */
public final class Probes implements AutoCloseable {
  /** Time between two shots of a stream on the group that is broken. */
  public static final Duration NEAR = Duration.ofMillis(100);

  /** Time between two shots of the other streams. */
  public static final Duration FAR = Duration.ofMillis(500);

  private static final String MULTI_SHARD = "multi-shard";

  /** How long the server lets a statement run, in milliseconds. */
  private static final int STATEMENT_MILLIS = 1000;

  private static final int CONNECT_SECONDS = 1;
  private static final int SOCKET_SECONDS = 2;

  /**
   * The longest that a shot takes where a peer hangs: its timeouts one after the other, for the
   * connection, the login and the statement, and some for a machine that is busy.
   */
  static final Duration LONGEST = Duration.ofSeconds(CONNECT_SECONDS + 2 * SOCKET_SECONDS + 1);

  private final String url;
  private final int broken;
  private final Properties properties;
  private final Map<Integer, Long> tenants;
  private final Ledger ledger = new Ledger();
  private final List<ProbeStream> streams = new ArrayList<>();
  private final Map<String, Queue<Connection>> left = new ConcurrentHashMap<>();
  private final AtomicLong nextEntry;
  private final long firstEntry;
  private volatile boolean fresh;
  private volatile boolean stopped;

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
      add("write", 0, number -> ask("write", "select pg_current_xact_id()"));
      add("read", 0, number -> ask("read", "select pg_is_in_recovery()"));
    }
    tenants.forEach(
        (group, tenant) -> {
          add("write", group, number -> write("write" + group, tenant));
          add(
              "read",
              group,
              number ->
                  ask("read" + group, "select name from tenants where tenant_id = " + tenant));
        });
    if (tenants.size() > 1) {
      add(MULTI_SHARD, 0, number -> ask(MULTI_SHARD, "select count(*) from tenants"));
    }
  }

  private static Properties properties(String user, String password) {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("ApplicationName", "bench-probe");
    properties.setProperty("connectTimeout", String.valueOf(CONNECT_SECONDS));
    properties.setProperty("socketTimeout", String.valueOf(SOCKET_SECONDS));
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
    streams.add(new ProbeStream(name, group, period, atOnce(period), probe));
  }

  /** How many shots of a stream may be under way where none is answered. */
  static int atOnce(Duration period) {
    return (int) Math.ceil((double) LONGEST.toMillis() / period.toMillis()) + 1;
  }

  /** Begins to fire, the streams spread over their period. */
  public void start() {
    for (int i = 0; i < streams.size(); i++) {
      streams.get(i).start(streams.get(i).period().multipliedBy(i).dividedBy(streams.size()));
    }
  }

  /** From now on each shot opens a connection of its own. */
  public void fresh() {
    fresh = true;
    closeLeft();
  }

  /** From now on shots may take connections that earlier ones left. */
  public void calm() {
    // One that slipped in while the fault came is of no use now.
    closeLeft();
    fresh = false;
  }

  private void closeLeft() {
    left.values().forEach(Probes::closeLeft);
  }

  private static void closeLeft(Queue<Connection> connections) {
    for (Connection at = connections.poll(); at != null; at = connections.poll()) {
      close(at);
    }
  }

  private static void close(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      // It is of no use either way.
    }
  }

  private interface Statements {
    void run(Connection connection) throws SQLException;
  }

  /** Runs statements on a connection that is left for a later shot only where all went well. */
  private void with(String stream, Runnable connected, Statements statements) throws SQLException {
    Queue<Connection> mine = left.computeIfAbsent(stream, key -> new ConcurrentLinkedQueue<>());
    Connection taken = fresh ? null : mine.poll();
    Connection connection = taken == null ? connect() : taken;
    boolean good = false;
    try {
      connected.run();
      statements.run(connection);
      good = true;
    } finally {
      if (good && !fresh && !stopped) {
        mine.add(connection);
        if (fresh || stopped) {
          closeLeft(mine);
        }
      } else {
        close(connection);
      }
    }
  }

  private Connection connect() throws SQLException {
    Connection connection = new Driver().connect(url, properties);
    if (connection == null) {
      throw new SQLException("the driver does not know " + url, "08001");
    }
    return connection;
  }

  private void ask(String stream, String sql) throws SQLException {
    with(
        stream,
        () -> {},
        connection -> {
          try (Statement statement = connection.createStatement();
              ResultSet rows = statement.executeQuery(sql)) {
            if (!rows.next()) {
              throw new SQLException("no row: " + sql, "02000");
            }
          }
        });
  }

  private void write(String stream, long tenant) throws SQLException {
    Write write = new Write(tenant, nextEntry.getAndIncrement());
    // Without a connection nothing was sent.
    AtomicReference<Fate> fate = new AtomicReference<>(Fate.FAILED);
    try {
      with(
          stream,
          () -> fate.set(Fate.UNKNOWN),
          connection -> {
            try (Statement statement = connection.createStatement()) {
              statement.executeUpdate(
                  "insert into ledger (tenant_id, entry_id) values (%d, %d)"
                      .formatted(write.tenant(), write.key()));
              fate.set(Fate.ACKNOWLEDGED);
            }
          });
    } catch (SQLException e) {
      if (fate.get() == Fate.UNKNOWN) {
        fate.set(Ledger.fateOf(e));
      }
      throw e;
    } finally {
      ledger.note(write, Objects.requireNonNull(fate.get()));
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
    stopped = true;
    streams.forEach(ProbeStream::close);
    closeLeft();
  }

  /**
   * Waits, after {@link #stop}, until the shots under way have ended; no longer than one can take.
   *
   * @return how many have not
   */
  public int awaitShots() throws InterruptedException {
    long end = System.nanoTime() + LONGEST.toNanos();
    int underWay = 0;
    for (ProbeStream stream : streams) {
      underWay += stream.awaitEnd(end);
    }
    return underWay;
  }

  @Override
  public void close() {
    stop();
  }
}
