package dev.citusbench.gatling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.citusbench.cluster.Cluster;
import dev.citusbench.cluster.FaultKind;
import dev.citusbench.cluster.FaultTarget;
import dev.citusbench.cluster.Login;
import dev.citusbench.cluster.Member;
import dev.citusbench.cluster.OpenFault;
import dev.citusbench.gatling.probe.Ledger;
import dev.citusbench.gatling.probe.Ledger.Fate;
import dev.citusbench.gatling.probe.Ledger.Write;
import dev.citusbench.gatling.probe.Outages;
import dev.citusbench.gatling.probe.ProbeStream;
import dev.citusbench.gatling.probe.Probes;
import dev.citusbench.results.Manifest;
import dev.citusbench.results.RunKind;
import dev.citusbench.session.Listener;
import dev.citusbench.session.Session;
import dev.citusbench.session.Settings;
import dev.citusbench.session.Settings.Name;
import dev.citusbench.sql.Target;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whether the ledger finds what is really lost. The process that sends WAL to the standby is
 * stopped, so that rows written from then on are on the primary alone; then the primary is killed
 * and the standby promoted. The truth is counted beside the ledger: rows that were acknowledged,
 * less those that a query of its own finds afterwards.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class LostWritesIT {
  private static final List<String> PARTS = List.of("cluster", "sql");
  private static final Duration LONGEST = Duration.ofSeconds(60);

  /** Above every key of the probes. */
  private static final long FIRST_KEY = Long.MAX_VALUE / 2;

  private Path home;
  private Session session;
  private Map<Integer, Long> tenants;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException, SQLException {
    home = Files.createDirectory(folder.resolve("home")).toRealPath();
    for (String part : PARTS) {
      Files.createSymbolicLink(home.resolve(part), checkout().resolve(part));
    }
    session =
        Session.open(
            Settings.from(new Properties())
                .with(Name.HOME, home.toString())
                .with(Name.QUICK, "true")
                .with(Name.SCALE, "0.01")
                .with(Name.TUNING, "ha-fast-async"),
            RunKind.FAILOVER,
            Listener.onStandardError());
    tenants = FailoverPlan.tenants(session);
  }

  @AfterAll
  void stop() throws IOException {
    session.close();
    for (String part : PARTS) {
      Files.deleteIfExists(home.resolve(part));
    }
  }

  @Test
  @Order(1)
  void withoutSynchronousModeEachRowThatTheStandbyNeverGotIsReportedAsLost() throws Exception {
    Seen seen = killWithTheStandbyHeldBack(1);
    assertThat(seen.early).as("written before the standby was held back").hasSize(10);
    assertThat(seen.late).as("written after").hasSize(10);
    assertThat(seen.missing).containsAll(seen.late).doesNotContainAnyElementsOf(seen.early);
    assertThat(seen.reported.lost()).isEqualTo(seen.missing.size());
    assertThat(seen.reported.acknowledged()).isEqualTo(seen.acknowledged.size());
    assertThat(seen.reported.ghost()).isZero();
  }

  @Test
  @Order(2)
  void inSynchronousModeNothingIsAcknowledgedThatTheStandbyDoesNotHave() throws Exception {
    switchSynchronousModeOn(2);
    Seen seen = killWithTheStandbyHeldBack(2);
    assertThat(seen.early).hasSize(10);
    assertThat(seen.late).as("acknowledged while the standby was held back").isEmpty();
    assertThat(seen.missing).isEmpty();
    assertThat(seen.reported.lost()).isZero();
    assertThat(seen.reported.unknown()).isPositive();
  }

  /** Rows by their keys, and what the ledger says of them. */
  private record Seen(
      List<Write> early,
      List<Write> late,
      Set<Write> acknowledged,
      Set<Write> missing,
      Manifest.Writes reported) {}

  private Seen killWithTheStandbyHeldBack(int group) throws Exception {
    Cluster cluster = session.cluster();
    cluster.awaitSettled(LONGEST, System.out::println);
    Member primary = cluster.primary(group);
    long tenant = Objects.requireNonNull(tenants.get(group));
    Target target = session.target(OpenLoad.ROUTE);
    try (Probes probes =
        new Probes(target, session.tuning().pool(), Map.of(group, tenant), Set.of(group))) {
      probes.start();
      List<Write> early = write(probes.ledger(), tenant, FIRST_KEY, 10);
      awaitTrue("the standby has it", () -> ask(primary, CAUGHT_UP).equals("t"));
      ProcessHandle sender = ProcessHandle.of(Long.parseLong(ask(primary, SENDER))).orElseThrow();
      signal("STOP", sender);
      List<Write> late;
      long killed;
      try {
        late = write(probes.ledger(), tenant, FIRST_KEY + 10, 10);
        killed = System.nanoTime();
        try (OpenFault fault =
            cluster
                .faults()
                .prepare(FaultKind.KILL_POSTGRES, FaultTarget.primaryOf(group))
                .fire()) {
          assertThat(fault.injection().member()).isEqualTo(primary.name());
        }
      } finally {
        // It must not send what it has left, and holds the shared memory of the dead server.
        sender.destroyForcibly();
      }
      awaitTrue(
          "the probes succeed",
          () ->
              probes.streams().stream()
                  .allMatch((ProbeStream stream) -> stream.succeedsSince(killed, Outages.RUN)));
      assertThat(cluster.primary(group)).isNotEqualTo(primary);
      probes.stop();
      assertThat(probes.awaitShots()).isZero();
      Map<Write, Fate> known = probes.ledger().take();
      Set<Write> acknowledged = new HashSet<>();
      known.forEach(
          (write, fate) -> {
            if (fate == Fate.ACKNOWLEDGED) {
              acknowledged.add(write);
            }
          });
      Set<Write> missing = new HashSet<>(acknowledged);
      missing.removeAll(everyRow());
      return new Seen(
          early, late, acknowledged, missing, Ledger.compare(known, probes.readBack(), 0));
    }
  }

  /** Writes rows, each on its own; returns those that were acknowledged. */
  private List<Write> write(Ledger ledger, long tenant, long firstKey, int count)
      throws SQLException {
    List<Write> acknowledged = new ArrayList<>();
    long end = System.nanoTime() + Duration.ofSeconds(3).toNanos();
    try (Connection connection = session.connect(OpenLoad.ROUTE);
        Statement statement = connection.createStatement()) {
      statement.execute("set statement_timeout = '500ms'");
      for (int i = 0; i < count && System.nanoTime() < end; i++) {
        Write write = new Write(tenant, firstKey + i);
        try {
          statement.executeUpdate(
              "insert into ledger (tenant_id, entry_id) values (%d, %d)"
                  .formatted(write.tenant(), write.key()));
          ledger.note(write, Fate.ACKNOWLEDGED);
          acknowledged.add(write);
        } catch (SQLException e) {
          ledger.note(write, Ledger.fateOf(e));
        }
      }
    }
    return acknowledged;
  }

  private Set<Write> everyRow() throws SQLException {
    Set<Write> rows = new HashSet<>();
    try (Connection connection = session.connect("direct");
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery("table ledger")) {
      while (found.next()) {
        rows.add(new Write(found.getLong("tenant_id"), found.getLong("entry_id")));
      }
    }
    return rows;
  }

  private static final String SENDER =
      "select pid from pg_stat_replication where state = 'streaming'";

  private static final String CAUGHT_UP =
      "select coalesce(bool_or(flush_lsn >= pg_current_wal_lsn()), false) from pg_stat_replication";

  private String ask(Member member, String sql) throws SQLException {
    Login superuser = session.cluster().file().credentials().superuser();
    try (Connection connection =
            DriverManager.getConnection(
                "jdbc:postgresql://%s:%d/postgres?sslmode=disable"
                    .formatted(member.host(), member.port()),
                superuser.user(),
                superuser.password());
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      assertThat(rows.next()).as(sql).isTrue();
      return rows.getString(1);
    }
  }

  private static void signal(String name, ProcessHandle process) throws Exception {
    assertThat(
            new ProcessBuilder("sh", "-c", "kill -%s %d".formatted(name, process.pid()))
                .inheritIO()
                .start()
                .waitFor())
        .isZero();
    awaitTrue("it stops", () -> stateOf(process) == 'T');
  }

  private static char stateOf(ProcessHandle process) throws IOException {
    String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
    return stat.charAt(stat.lastIndexOf(')') + 2);
  }

  private void switchSynchronousModeOn(int group) throws Exception {
    Cluster cluster = session.cluster();
    cluster.awaitSettled(LONGEST, System.out::println);
    Member primary = cluster.primary(group);
    Login login = cluster.file().credentials().patroni();
    String plain = login.user() + ":" + login.password();
    String address = "http://%s:%d/".formatted(primary.host(), primary.patroniPort());
    HttpClient http = HttpClient.newHttpClient();
    HttpRequest patch =
        HttpRequest.newBuilder(URI.create(address + "config"))
            .header(
                "Authorization",
                "Basic "
                    + Base64.getEncoder().encodeToString(plain.getBytes(StandardCharsets.UTF_8)))
            .method("PATCH", HttpRequest.BodyPublishers.ofString("{\"synchronous_mode\": true}"))
            .build();
    assertThat(http.send(patch, HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(200);
    HttpRequest ask = HttpRequest.newBuilder(URI.create(address + "cluster")).build();
    awaitTrue(
        "a standby is synchronous",
        () -> http.send(ask, HttpResponse.BodyHandlers.ofString()).body().contains("sync_standby"));
  }

  private static void awaitTrue(String what, Callable<Boolean> seen) throws Exception {
    long end = System.nanoTime() + LONGEST.toNanos();
    while (!seen.call()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      Thread.sleep(20);
    }
  }

  private static Path checkout() {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(at.resolve("cluster/tunings"))) {
      at = Objects.requireNonNull(at.getParent(), "the tests run inside a checkout");
    }
    return at;
  }
}
