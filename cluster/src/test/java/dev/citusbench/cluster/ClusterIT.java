package dev.citusbench.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.citusbench.results.BenchException;
import dev.citusbench.results.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Real clusters of real processes, each in a home of its own. Times are generous: the machine that
 * tests run on is not idle.
 */
final class ClusterIT {
  private static final Progress LOUD = System.out::println;

  @TempDir Path folder;
  private final List<Path> homes = new ArrayList<>();

  private Path home(Path at) throws IOException {
    Path home = TestHome.in(Files.createDirectories(at)).toRealPath();
    homes.add(home);
    return home;
  }

  private static ClusterSpec spec(Path home, Engine engine, String tuning) {
    return ClusterSpec.reference(home, engine, Tuning.load(home, tuning), 1);
  }

  private static void assumeEngine(Engine engine) {
    Programs programs = Programs.find();
    assumeTrue(
        engine != Engine.CITUS || programs.citusVersion().isPresent(),
        "PostgreSQL in " + programs.postgresBin() + " has no Citus");
  }

  @AfterEach
  void clearHomes() {
    homes.forEach(home -> Cluster.clear(home, Progress.silent()));
  }

  private static void assertNothingIsLeft(Path home) {
    BenchFolder bench = BenchFolder.of(home);
    assertThat(new Processes(bench.marker(), bench.places()).find()).isEmpty();
    assertThat(bench.places()).noneMatch(p -> Files.exists(p));
    assertThat(home.resolve(".bench")).doesNotExist();
  }

  private static String query(Cluster cluster, String route, String sql) throws SQLException {
    Route to = cluster.route(route);
    try (Connection connection =
            Sql.connect(
                to.host(),
                to.port(),
                cluster.file().database(),
                cluster.file().credentials().application());
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Engine.class,
      names = {"CITUS", "FDW"})
  void aClusterStartsAnswersFailsOverAndStops(Engine engine) throws Exception {
    assumeEngine(engine);
    Path home = home(folder.resolve("home"));
    Cluster started = Cluster.start(spec(home, engine, "ha-floor"), Programs.find(), LOUD);
    System.out.println("start: " + started.file().startSeconds() + " s");
    assertThat(started.silentChanges()).isEmpty();

    Cluster cluster = Cluster.find(home).orElseThrow();
    if (engine == Engine.CITUS) {
      assertThat(query(cluster, "writer", "SELECT citus_version()"))
          .startsWith("Citus " + cluster.facts().engineVersion() + " ");
    }
    Status status = cluster.status();
    assertThat(status.reasons()).isEmpty();
    assertThat(status.members()).hasSize(6);
    assertThat(Files.getPosixFilePermissions(home.resolve(".bench/cluster.json")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(cluster.file().members()).allMatch(m -> m.patroniPid() > 0 && m.postgresPid() > 0);

    String inRecovery = "SELECT pg_is_in_recovery()::text";
    for (String route : List.of("writer", "worker1", "worker2", "direct")) {
      assertThat(query(cluster, route, inRecovery)).isEqualTo("false");
    }
    assertThat(query(cluster, "reader", inRecovery)).isEqualTo("true");
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> cluster.route("wirter"))
        .withMessageContaining("writer");

    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> Cluster.start(spec(home, engine, "ha-default"), Programs.find(), LOUD))
        .withMessageContaining("a cluster is up")
        .withMessageContaining("./bench down");

    assertNoSecretIsSeen(cluster);
    failOver(cluster);

    long begun = System.nanoTime();
    cluster.stop(LOUD);
    System.out.printf("stop: %.1f s%n", (System.nanoTime() - begun) / 1e9);
    assertThat(Cluster.find(home)).isEmpty();
    assertNothingIsLeft(home);
  }

  private static void failOver(Cluster cluster) {
    List<Observation> seen = Collections.synchronizedList(new ArrayList<>());
    Member before = cluster.primary(1);
    // Without a synchronous standby Patroni starts the same member again.
    cluster.awaitSettled(Duration.ofSeconds(60), LOUD);
    try (Observer observer = cluster.observe(seen::add)) {
      assertThat(observer).isNotNull();
      await(seen, o -> o instanceof Observation.LeaderChanged l && l.group() == 1);
      Instant asked = Instant.now();
      Injection injection =
          cluster
              .faults()
              .prepare(FaultKind.KILL_POSTGRES, FaultTarget.primaryOf(1))
              .fire()
              .injection();
      assertThat(injection.kind()).isEqualTo("kill-postgres");
      assertThat(injection.target()).isEqualTo("worker1");
      assertThat(injection.member()).isEqualTo(before.name());
      assertThat(injection.openedAt()).isAfterOrEqualTo(asked);
      await(
          seen,
          o ->
              o instanceof Observation.LeaderChanged l
                  && l.group() == 1
                  && l.from().equals(before.name())
                  && !l.to().isEmpty()
                  && !l.to().equals(before.name()));
      cluster.awaitSettled(Duration.ofSeconds(60), LOUD);
    }
    assertThat(cluster.primary(1).name()).isNotEqualTo(before.name());
    assertThat(seen)
        .anyMatch(o -> o instanceof Observation.RouteChanged r && r.route().equals("worker1"));
    assertThat(seen).extracting(Observation::at).doesNotContainNull();
  }

  private static void await(List<Observation> seen, Predicate<Observation> wanted) {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (List.copyOf(seen).stream().noneMatch(wanted)) {
      assertThat(System.nanoTime()).as("seen: %s", seen).isLessThan(deadline);
      Waiting.millis(50);
    }
  }

  /** Not in logs, not in recorded settings, not in the process list. */
  private void assertNoSecretIsSeen(Cluster cluster) throws IOException {
    Path settings = folder.resolve("settings");
    Path logs = folder.resolve("logs");
    assertThat(cluster.saveSettings(settings)).isEmpty();
    cluster.saveLogs(logs);
    assertThat(settings)
        .isDirectoryContaining(f -> f.endsWith("postgres-worker2-b.json"))
        .isDirectoryContaining(f -> f.endsWith("patroni-coordinator.json"))
        .isDirectoryContaining(f -> f.endsWith("haproxy.cfg"))
        .isDirectoryContaining(f -> f.endsWith("tuning.json"));
    assertThat(logs)
        .isDirectoryContaining(f -> f.endsWith("worker1-b-patroni.log"))
        .isDirectoryContaining(f -> f.endsWith("coordinator-a-postgresql.log"))
        .isDirectoryContaining(f -> f.endsWith("haproxy.log"));
    Credentials c = cluster.file().credentials();
    List<String> passwords =
        Stream.of(c.application(), c.superuser(), c.replication(), c.patroni(), c.statistics())
            .map(Login::password)
            .toList();
    for (Path dir : List.of(settings, logs)) {
      try (Stream<Path> files = Files.list(dir)) {
        for (Path file : files.toList()) {
          assertThat(Files.readString(file)).as("%s", file).doesNotContain(passwords);
        }
      }
    }
    BenchFolder bench = BenchFolder.of(homes.get(0));
    for (ProcessHandle p : new Processes(bench.marker(), bench.places()).find()) {
      assertThat(p.info().commandLine().orElse("")).doesNotContain(passwords);
    }
  }

  @Test
  void aSuiteKilledInTheMiddleOfAStartLeavesNothingThatClearDoesNotFind() throws Exception {
    Path home = home(folder.resolve("killed"));
    Process suite =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                StartForKill.class.getName(),
                home.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("killed.log").toFile())
            .start();
    BenchFolder bench = BenchFolder.of(home);
    Processes ours = new Processes(bench.marker(), bench.places());
    long deadline = System.nanoTime() + Duration.ofSeconds(40).toNanos();
    // In the middle: some PostgreSQL runs, and the whole is not ready.
    while (ours.find("postgres").isEmpty() && suite.isAlive() && System.nanoTime() < deadline) {
      Waiting.millis(20);
    }
    suite.destroyForcibly();
    assertThat(suite.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(ours.find()).isNotEmpty();
    assertThat(home.resolve(".bench/cluster.json")).doesNotExist();
    assertThat(Cluster.find(home)).isEmpty();

    Cluster.clear(home, LOUD);

    assertNothingIsLeft(home);
    Cluster.clear(home, LOUD);
  }

  /** Forked and killed by the test above. */
  static final class StartForKill {
    private StartForKill() {}

    public static void main(String[] arguments) {
      Path home = Path.of(arguments[0]);
      Cluster.start(spec(home, Engine.FDW, "ha-default"), Programs.find(), LOUD);
    }
  }

  @Test
  void aLongPathThatTheDaemonsMayNotEnterIsNoObstacle() throws Exception {
    Path shut = Files.createDirectory(folder.resolve("shut"));
    Files.setPosixFilePermissions(shut, PosixFilePermissions.fromString("rwx------"));
    Path home = home(shut.resolve("a-rather-long-name-of-a-folder-".repeat(5)));
    assertThat(home.toString()).hasSizeGreaterThan(150);
    try (Cluster cluster =
        Cluster.start(spec(home, Engine.SINGLE, "ha-default"), Programs.find(), LOUD)) {
      assertThat(query(cluster, "writer", "SELECT 'hello'")).isEqualTo("hello");
      assertThat(cluster.tuning().patroni()).containsEntry("loop_wait", 10L);
      assertThat(cluster.silentChanges()).isEmpty();
    }
    assertNothingIsLeft(home);
  }

  @Test
  void aDaemonThatCannotRunIsNamedWithItsLogAndNothingIsLeft() throws Exception {
    Path home = home(folder.resolve("broken"));
    Files.writeString(
        home.resolve("cluster/templates/haproxy.cfg"), "nonsense\n${statisticsPassword}\n");
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(
            () -> Cluster.start(spec(home, Engine.SINGLE, "ha-default"), Programs.find(), LOUD))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(BenchException.Kind.CLUSTER))
        .withMessageContaining("haproxy ended with exit code 1")
        .withMessageContaining(".bench/failed-start/haproxy.log");
    assertThat(home.resolve(".bench/failed-start/haproxy.log")).content().contains("'***'");
    Cluster.clear(home, LOUD);
    assertNothingIsLeft(home);
  }
}
