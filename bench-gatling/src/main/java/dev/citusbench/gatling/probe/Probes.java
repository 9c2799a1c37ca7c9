package dev.citusbench.gatling.probe;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;

import com.zaxxer.hikari.SQLExceptionOverride;
import dev.citusbench.cluster.FaultKind;
import dev.citusbench.gatling.probe.Ledger.Fate;
import dev.citusbench.gatling.probe.Ledger.Write;
import dev.citusbench.results.Manifest;
import dev.citusbench.session.Demand;
import dev.citusbench.session.PoolSize;
import dev.citusbench.session.Settings;
import dev.citusbench.session.WorkerFailureOverride;
import dev.citusbench.sql.Target;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/**
 * The probes of one fault: for each group one stream that writes and one that reads, and one that
 * asks all groups, through the clients' route. All of them by four clients:
 *
 * <ul>
 *   <li>{@code plain}, which is the measure of an outage: connections without a pool, kept as long
 *       as they live ({@link Ring}). The streams of the groups that are broken, and the one that
 *       asks all, fire every {@link #NEAR}; the others every {@link #FAR}.
 *   <li>{@code plain-new}: a new connection for each shot, every {@link #NEW}; one stream of writes
 *       for each group that is broken. An outage of new connections alone, such as a proxy's, is
 *       seen by these only.
 *   <li>{@code hikari} and {@code hikari-override}: a HikariCP pool, with its own handling of
 *       exceptions and with {@link WorkerFailureOverride}. Each writes to and reads from the first
 *       group that is broken, every {@link #POOLED}.
 * </ul>
 *
 * <p>Why connections are kept: a new one costs SCRAM on both sides, a process on the coordinator,
 * and on Citus another connection to the worker. On two cores, 30 new ones a second cost 43 % of
 * all processor time, 232 statements a second on kept ones 15 to 31 % ({@code ProbeCost} among the
 * tests); a new one every 20 ms a stream would be more than the machine has. One that broke is
 * replaced by the next shot, so that during an outage of the coordinator it comes to a new
 * connection each 20 ms all the same.
 *
 * <p>The statement of a shot without a pool is given up after {@link #STATEMENT_MILLIS} by the
 * server, or after {@link #ANSWER_MILLIS} by the client ({@link TimeLimited}): an answer that comes
 * later is none, but for the little that a busy machine aborts too late. No more connections hang
 * at once than {@link #MOST_CONNECTIONS} over the streams that fire often; they are opened in
 * advance, because the machine would otherwise be busy with new connections when the fault comes.
 * Both numbers go together: each backend of the coordinator whose worker was lost needs a new
 * connection to the next one, some 40 ms of processor time. Where all of them together need longer
 * than a statement may take, none gets there in time, and the probes themselves make the outage
 * last: with 95 connections and 300 ms, one of six lasted for 24 s.
 *
 * <p>For a group that holds shards the write is a row of {@code ledger} for a tenant of that group,
 * and the read a row of {@code tenants}. For a coordinator without shards the write takes a
 * transaction id, which a server in recovery refuses, and the read asks for nothing that a worker
 * has. What asks all groups counts one tenant of each: on Citus a query over several shards, of the
 * fewest that reach every group.
 */
public final class Probes implements AutoCloseable {
  /** Time between two shots of a stream on a group that is broken. */
  public static final Duration NEAR = Duration.ofMillis(20);

  /** Time between two shots of the other streams. */
  public static final Duration FAR = Duration.ofMillis(100);

  /** Time between two new connections. */
  public static final Duration NEW = Duration.ofMillis(500);

  /** Time between two shots of a stream with a pool. */
  public static final Duration POOLED = Duration.ofMillis(100);

  /** After {@link #start}, until the connections that are opened in advance are there. */
  public static final Duration FILLING = Duration.ofSeconds(3);

  /** Size of each pool. */
  public static final int POOL_CONNECTIONS = PooledClient.CONNECTIONS;

  private static final String MULTI_SHARD = "multi-shard";

  /** How long the server lets a statement run, in milliseconds. */
  static final int STATEMENT_MILLIS = 1_000;

  /**
   * How long the client waits for the end of a statement, in milliseconds: a server that hangs
   * keeps no time.
   */
  private static final int ANSWER_MILLIS = 1_200;

  /** That the streams that fire often may have open at once; the server has 200 by default. */
  static final int MOST_CONNECTIONS = 36;

  /** The same for each stream that fires seldom. */
  private static final int MOST_FAR = 6;

  /**
   * That the probes of a fault may have open at once over the clients' route, where one group of a
   * coordinator and two workers is broken, or all; and on the coordinator with a {@link
   * MetadataWatch} and a {@link PreparedWatch}. While a worker is frozen, the backends of up to
   * {@link #MOST_CONNECTIONS} that were given up may hang there besides: {@link #demand} counts
   * them.
   */
  public static final int CONNECTIONS = 84;

  private static final int READ_BACK_MILLIS = 5_000;

  private static final int CONNECT_SECONDS = 1;

  /** For the login, in which the driver counts in whole seconds. */
  private static final int SOCKET_SECONDS = 1;

  /**
   * The longest that a shot without a pool takes where a peer hangs: its timeouts one after the
   * other, for the connection, the steps of the login and the statement, and some for a machine
   * that is busy.
   */
  static final Duration LONGEST = Duration.ofSeconds(CONNECT_SECONDS + 3 * SOCKET_SECONDS + 2);

  private final Target target;
  private final Map<Integer, Long> tenants;
  private final Set<Integer> broken;
  private final Ledger ledger = new Ledger();
  private final List<ProbeStream> streams = new ArrayList<>();
  private final List<ProbeStream> pooledStreams = new ArrayList<>();
  private final List<Ring> rings = new ArrayList<>();
  private final List<PooledClient> pools = new ArrayList<>();
  private final ScheduledThreadPoolExecutor limits =
      new ScheduledThreadPoolExecutor(1, task -> ProbeStream.daemon(task, "probe-limits"));
  private final AtomicLong nextEntry;
  private final long firstEntry;

  /**
   * Streams that do not fire yet.
   *
   * @param target the clients' route
   * @param pool the tuning's layer of that name, for the clients that have one
   * @param tenants by group that holds shards: a tenant of it
   * @param broken the groups that will be broken, at least one
   */
  public Probes(
      Target target, Map<String, Object> pool, Map<Integer, Long> tenants, Set<Integer> broken) {
    this.target = target;
    this.tenants = Map.copyOf(tenants);
    this.broken = Set.copyOf(broken);
    // Microseconds since 1970 and more keys than probes in one: no other run has these.
    this.firstEntry = System.currentTimeMillis() * 1_000_000;
    this.nextEntry = new AtomicLong(firstEntry);
    Set<Integer> groups = new TreeSet<>(tenants.keySet());
    groups.add(0);
    int atOnce = nearAtOnce((int) groups.stream().filter(broken::contains).count());
    groups.forEach(
        group -> {
          addPlain("write", group, atOnce, source -> write(source, group));
          addPlain("read", group, atOnce, source -> read(source, group));
        });
    if (tenants.size() > 1) {
      addPlain(MULTI_SHARD, 0, atOnce, source -> ask(source, everyGroup()));
    }
    groups.stream().filter(broken::contains).forEach(this::addNew);
    int first = groups.stream().filter(broken::contains).findFirst().orElseThrow();
    addPooled(Manifest.Outage.HIKARI, pool, null, first);
    addPooled(Manifest.Outage.HIKARI_OVERRIDE, pool, new WorkerFailureOverride(), first);
  }

  /** The load generator's pool, and the probes beside it, with what may hang of them. */
  public static Demand demand(Settings settings) {
    boolean freezes =
        settings.faults().stream()
            .anyMatch(kind -> kind == FaultKind.FREEZE_NODE || kind == FaultKind.FREEZE_POSTGRES);
    return PoolSize.demand(settings)
        .with(CONNECTIONS + (freezes ? MOST_CONNECTIONS : 0), "the probes");
  }

  /** For each stream that fires often, those on the groups that are broken and the one on all. */
  private static int nearAtOnce(int brokenGroups) {
    return MOST_CONNECTIONS / (2 * brokenGroups + 1);
  }

  /** How many connections all clients together may have open at once. */
  static int most(int groups, int brokenGroups) {
    int near = nearAtOnce(brokenGroups) * (2 * brokenGroups + 1);
    int far = MOST_FAR * 2 * (groups - brokenGroups);
    int anew = shots(LONGEST, NEW) * brokenGroups;
    return near + far + anew + 2 * POOL_CONNECTIONS;
  }

  /** What one shot does with a connection from there. */
  private interface Shooting {
    void shoot(Source source) throws SQLException;
  }

  private void addPlain(String name, int group, int atOnce, Shooting shooting) {
    boolean near = broken.contains(group) || name.equals(MULTI_SHARD);
    Duration period = near ? NEAR : FAR;
    int most = near ? atOnce : MOST_FAR;
    Ring ring = new Ring(most, () -> connect(STATEMENT_MILLIS, ANSWER_MILLIS));
    rings.add(ring);
    Source source = limited(ring);
    streams.add(
        new ProbeStream(
            Manifest.Outage.PLAIN,
            name,
            group,
            period,
            most,
            Duration.ofMillis(ANSWER_MILLIS),
            number -> shooting.shoot(source)));
  }

  private Source limited(Source source) {
    return new TimeLimited(source, Duration.ofMillis(ANSWER_MILLIS), limits);
  }

  private void addNew(int group) {
    Source source = limited(new NewConnections(() -> connect(STATEMENT_MILLIS, ANSWER_MILLIS)));
    streams.add(
        new ProbeStream(
            Manifest.Outage.PLAIN_NEW,
            "write",
            group,
            NEW,
            shots(LONGEST, NEW),
            LONGEST,
            number -> write(source, group)));
  }

  private void addPooled(
      String client,
      Map<String, Object> settings,
      @Nullable SQLExceptionOverride override,
      int group) {
    PooledClient pool = new PooledClient(client, target, settings, override);
    pools.add(pool);
    // As many may hang as there are connections; the others wait for one, and then give up.
    int atOnce = PooledClient.CONNECTIONS + shots(pool.patience(), POOLED);
    pooledStreams.add(
        new ProbeStream(
            client, "write", group, POOLED, atOnce, pool.patience(), number -> write(pool, group)));
    pooledStreams.add(
        new ProbeStream(
            client, "read", group, POOLED, atOnce, pool.patience(), number -> read(pool, group)));
  }

  /** How many shots are under way where each takes so long. */
  private static int shots(Duration taking, Duration period) {
    return (int) Math.ceil((double) taking.toMillis() / period.toMillis()) + 1;
  }

  /** Begins to fire, the streams spread over their period. */
  public void start() {
    List<ProbeStream> all = new ArrayList<>(streams);
    all.addAll(pooledStreams);
    for (int i = 0; i < all.size(); i++) {
      all.get(i).start(all.get(i).period().multipliedBy(i).dividedBy(all.size()));
    }
  }

  private Connection connect(int statementMillis, int answerMillis) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", target.user());
    properties.setProperty("password", target.password());
    properties.setProperty("ApplicationName", "bench-probe");
    properties.setProperty("connectTimeout", String.valueOf(CONNECT_SECONDS));
    properties.setProperty("socketTimeout", String.valueOf(SOCKET_SECONDS));
    properties.setProperty("preferQueryMode", "simple");
    properties.setProperty("assumeMinServerVersion", "15");
    properties.setProperty("gssEncMode", "disable");
    properties.setProperty("sslmode", "disable");
    properties.setProperty("options", "-c statement_timeout=" + statementMillis);
    Connection connection = new Driver().connect(target.url(), properties);
    if (connection == null) {
      throw new SQLException("the driver does not know " + target.url(), "08001");
    }
    connection.setNetworkTimeout(Runnable::run, answerMillis);
    return connection;
  }

  private interface Statements {
    void run(Connection connection) throws SQLException;
  }

  private static void with(Source source, Runnable connected, Statements statements)
      throws SQLException {
    Connection connection = source.take();
    SQLException error = null;
    try {
      connected.run();
      statements.run(connection);
    } catch (SQLException e) {
      error = e;
      throw e;
    } finally {
      source.done(connection, error);
    }
  }

  private static void ask(Source source, String sql) throws SQLException {
    with(
        source,
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

  private String everyGroup() {
    return "select count(*) from tenants where tenant_id in (%s)"
        .formatted(tenants.values().stream().sorted().map(String::valueOf).collect(joining(", ")));
  }

  private void read(Source source, int group) throws SQLException {
    Long tenant = tenants.get(group);
    ask(
        source,
        tenant == null
            ? "select pg_is_in_recovery()"
            : "select name from tenants where tenant_id = " + tenant);
  }

  private void write(Source source, int group) throws SQLException {
    Long tenant = tenants.get(group);
    if (tenant == null) {
      ask(source, "select pg_current_xact_id()");
      return;
    }
    Write write = new Write(tenant, nextEntry.getAndIncrement());
    // Without a connection nothing was sent.
    AtomicReference<Fate> fate = new AtomicReference<>(Fate.FAILED);
    try {
      with(
          source,
          () -> fate.set(Fate.UNKNOWN),
          connection -> {
            insert(connection, write);
            fate.set(Fate.ACKNOWLEDGED);
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

  private static void insert(Connection connection, Write write) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          "insert into ledger (tenant_id, entry_id) values (%d, %d)"
              .formatted(write.tenant(), write.key()));
      SQLWarning warning = statement.getWarnings();
      if (warning != null) {
        // A commit whose wait for its standby is cancelled is answered, with a warning.
        throw new SQLException(warning.getMessage(), "57014", warning);
      }
    }
  }

  /** The streams without a pool, those of kept connections first. */
  public List<ProbeStream> streams() {
    return List.copyOf(streams);
  }

  /** The streams with a pool. */
  public List<ProbeStream> pooledStreams() {
    return List.copyOf(pooledStreams);
  }

  /** How many connections each pool has opened so far, by client. */
  public Map<String, Long> opened() {
    return pools.stream().collect(toMap(PooledClient::name, PooledClient::opened));
  }

  /** The writes of all streams. */
  public Ledger ledger() {
    return ledger;
  }

  /** Reads back every write of this run that is there. */
  public List<Write> readBack() throws SQLException {
    List<Write> there = new ArrayList<>();
    for (long tenant : tenants.values()) {
      try (Connection connection = connect(READ_BACK_MILLIS, READ_BACK_MILLIS);
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
    pooledStreams.forEach(ProbeStream::close);
    rings.forEach(Ring::close);
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
    for (ProbeStream stream : pooledStreams) {
      underWay += stream.awaitEnd(end);
    }
    return underWay;
  }

  @Override
  public void close() {
    stop();
    pools.forEach(PooledClient::close);
    limits.shutdown(); // what is out keeps its limit
  }
}
