package dev.citusbench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.citusbench.cluster.Cluster;
import dev.citusbench.cluster.ClusterSpec;
import dev.citusbench.cluster.Login;
import dev.citusbench.cluster.Programs;
import dev.citusbench.cluster.Progress;
import dev.citusbench.cluster.Route;
import dev.citusbench.cluster.SystemUnderTest;
import dev.citusbench.cluster.Tuning;
import dev.citusbench.results.BenchException;
import dev.citusbench.results.Engine;
import dev.citusbench.results.Manifest;
import dev.citusbench.results.Run;
import dev.citusbench.results.RunKind;
import dev.citusbench.results.Runs;
import dev.citusbench.results.RuntimeKind;
import dev.citusbench.results.Source;
import dev.citusbench.sql.DatasetSpec;
import dev.citusbench.sql.Endpoint;
import dev.citusbench.sql.Loader;
import dev.citusbench.sql.Target;
import java.io.File;
import java.io.IOException;
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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures a cluster as if it were others': it runs in one home, the commands in another, with
 * nothing but URLs and a password in the environment. In order, because the start costs most.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class AttachIT {
  @TempDir static Path folder;

  private static @Nullable Cluster theirs;
  private static Path home;
  private static final List<Path> links = new ArrayList<>();

  @BeforeAll
  static void others() throws Exception {
    Programs programs;
    try {
      programs = Programs.find();
    } catch (BenchException e) {
      Assumptions.abort(e.getMessage());
      throw e;
    }
    home = makeHome("ours", "cluster", "sql", "bench-jmh");
    Path away = makeHome("theirs", "cluster");
    Engine engine = programs.citusVersion().isPresent() ? Engine.CITUS : Engine.SINGLE;
    theirs =
        Cluster.start(
            ClusterSpec.reference(away, engine, Tuning.load(away, Tuning.BASE), 1),
            programs,
            Progress.silent());
    theirs.awaitSettled(Duration.ofSeconds(60), Progress.silent());
  }

  private static Path makeHome(String name, String... parts) throws IOException {
    Path made = Files.createDirectory(folder.resolve(name));
    for (String part : parts) {
      links.add(Files.createSymbolicLink(made.resolve(part), Path.of("..", part).toRealPath()));
    }
    return made;
  }

  @AfterAll
  static void stop() throws IOException {
    if (theirs != null) {
      theirs.close();
    }
    for (Path link : links) {
      Files.delete(link); // JUnit warns of links that lead out of its folder
    }
  }

  private static Cluster theirs() {
    return Objects.requireNonNull(theirs);
  }

  private static Login login() {
    return theirs().file().credentials().application();
  }

  private static String url(String route, String database) {
    Route at = theirs().route(route);
    return "jdbc:postgresql://%s:%d/%s?user=%s"
        .formatted(at.host(), at.port(), database, login().user());
  }

  private static String writer() {
    return "writer=" + url("writer", theirs().file().database());
  }

  @Test
  @Order(1)
  void whatCannotBeMeasuredIsSaidAndNothingIsMade() throws Exception {
    String database = theirs().file().database();
    Map<String, String> before = tables(database);

    assertThat(refused("gatling", "--url", writer()))
        .contains("has not the data set")
        .contains("./bench load")
        .contains("--load");
    assertThat(refusedWith("", "gatling", "--url", writer()))
        .contains("asks for the password of user " + login().user())
        .contains("PGPASSWORD");
    assertThat(refusedWith("wrong", "load", "--url", writer())).contains("does not accept");
    assertThat(refused("load", "--url", "writer=" + url("reader", database)))
        .contains("is a standby")
        .contains("--url reader=");
    assertThat(refused("load", "--url", "writer=" + url("writer", "nowhere"))).contains("nowhere");
    assertThat(refused("load", "--engine", "fdw", "--url", writer())).contains("--engine");
    assertThat(refused("gatling", "--connections", "300", "--url", writer()))
        .containsPattern(
            "the pool needs 300 connections .*room for 1[89]\\d \\(max_connections 200,")
        .containsPattern("take --connections 1[89]\\d or fewer");
    assertThat(refused("jmh", "--url", writer(), "floor", "-t", "250"))
        .contains("benchmark floor threads=250 over writer")
        .containsPattern("needs 251 connections over route writer, .*room for 1[89]\\d ")
        .containsPattern("take -t 1[89]\\d or fewer");
    assertThat(refused("gatling", "--simulation", "failover", "--url", writer()))
        .contains("faults need a cluster of our own");
    whatTakesNoWritesIsNoDirectRoute(database);
    whatIsTooWideForItIsSaidBeforeTheLoad();

    assertThat(tables(database)).isEqualTo(before);
    assertThat(home.resolve("results")).doesNotExist();
    assertThat(home.resolve(".bench/cluster.json")).doesNotExist();
  }

  /** JMH writes over the route {@code direct} too. */
  private static void whatTakesNoWritesIsNoDirectRoute(String database) throws Exception {
    assertThat(refused("jmh", "--url", writer(), "--url", "direct=" + url("reader", database)))
        .contains("direct ", "is a standby", "give the primary's URL as direct", "--url reader=");
    String readOnly = url("direct", database) + "&options=-c%20default_transaction_read_only=on";
    assertThat(refused("jmh", "--url", writer(), "--url", "direct=" + readOnly))
        .contains("direct ", "takes no writes: default_transaction_read_only is on");
    if (theirs().file().engine() == Engine.CITUS) {
      assertThat(refused("jmh", "--url", writer(), "--url", "direct=" + url("worker1", database)))
          .contains("direct ", "is a worker of a Citus cluster", "coordinator's URL as direct");
    }
  }

  private static void whatIsTooWideForItIsSaidBeforeTheLoad() throws Exception {
    Login superuser = theirs().file().credentials().superuser();
    String role = login().user();
    execute("postgres", superuser, "alter role " + role + " connection limit 10");
    String wide =
        "threads=32,.*needs 33 connections, and the server has room for \\d+ .*role bench";
    assertThat(refused("run", "--connections", "4", "--url", writer()))
        .containsPattern("JMH: left out: floor threads=32, copy-events " + wide)
        .contains("has not the data set");
    assertThat(refused("jmh", "--url", writer()))
        .containsPattern("# left out: floor threads=32, copy-events " + wide)
        .contains("has not the data set");
    assertThat(refused("jmh", "--url", writer(), "floor", "-t", "32"))
        .containsPattern("floor threads=32 .*needs 33 connections")
        .doesNotContain("left out");
    execute("postgres", superuser, "alter role " + role + " connection limit -1");
  }

  @Test
  @Order(2)
  void othersTablesAreLeftAlone() throws Exception {
    Login superuser = theirs().file().credentials().superuser();
    execute("postgres", superuser, "create database shop owner " + login().user());
    execute("shop", login(), "create table orders (precious text)");
    execute("shop", login(), "insert into orders values ('one')");
    Map<String, String> before = tables("shop");

    assertThat(refused("load", "--scale", "0.01", "--url", "writer=" + url("writer", "shop")))
        .contains("tables that no load made (orders), so all are left alone");

    assertThat(tables("shop")).isEqualTo(before).containsEntry("orders", "1");
  }

  @Test
  @Order(3)
  void aLoadIsAskedForAndMakesTheDataSet() throws Exception {
    Ended load =
        bench(
            login().password(),
            "load",
            "--runtime",
            "attach",
            "--scale",
            "0.01",
            "--url",
            writer());
    assertThat(load.exit()).as(load.output()).isZero();
    assertThat(load.output()).containsPattern("orders +5,000");
    assertThat(tables(theirs().file().database()))
        .containsKeys("bench_load", "orders", "daily_revenue", "ledger");
  }

  @Test
  @Order(4)
  void benchmarksAndLoadMeasureItAndLeaveItAsItWas() throws Exception {
    String database = theirs().file().database();
    String primary = theirs().primary(0).name();
    List<String> tables = List.copyOf(tables(database).keySet());
    AtomicBoolean ended = new AtomicBoolean();
    List<String> seen = new ArrayList<>();
    Thread watch = new Thread(() -> watchCommandLines(ended, seen));
    watch.start();

    Ended jmh =
        bench(
            login().password(),
            ("jmh --url " + writer() + " floor lookup-order -f 1 -wi 0 -i 1 -r 300ms").split(" "));
    assertThat(jmh.exit()).as(jmh.output()).isZero();
    Run run = Runs.at(home.resolve("results/runs")).find("latest");
    check(run.manifest());
    assertThat(run.manifest().operations())
        .extracting(Manifest.OperationResult::name)
        .contains("floor", "lookup-order");
    assertThat(run.manifest().operations())
        .extracting(Manifest.OperationResult::route)
        .containsOnly("writer");

    Ended gatling =
        bench(
            login().password(),
            ("gatling --rate 20 --warmup 2s --duration 3s --connections 4 --url " + writer())
                .split(" "));
    assertThat(gatling.exit()).as(gatling.output()).isIn(0, 3); // 3: this machine was too slow
    run = Runs.at(home.resolve("results/runs")).find("latest");
    check(run.manifest());
    assertThat(run.manifest().operations()).isNotEmpty();
    assertThat(Files.readString(run.dir().resolve("settings/postgres-writer.json")))
        .contains("max_connections");
    assertThat(Files.readString(run.dir().resolve("settings/load-gatling.json")))
        .contains("\"network\" : \"unknown\"", "\"disk\" : \"unknown\"");
    assertThat(run.dir().resolve("report.html")).isNotEmptyFile();

    ended.set(true);
    watch.join();
    assertThat(seen).as("processes with the password").isEmpty();
    assertThat(filesWithPassword()).isEmpty();
    assertThat(tables(database).keySet()).containsExactlyElementsOf(tables);
    assertThat(theirs().status().ready()).isTrue();
    assertThat(theirs().primary(0).name()).isEqualTo(primary);
    assertThat(home.resolve(".bench/cluster.json")).doesNotExist();
  }

  @Test
  @Order(5)
  void aDataSetThatIsLoadedAnewMeanwhileMakesTheRunInvalid() throws Exception {
    long before = begun();
    String line = "jmh --url " + writer() + " floor -bm sample -f 1 -wi 0 -i 2 -r 1s";
    CompletableFuture<Ended> jmh =
        CompletableFuture.supplyAsync(() -> orThrow(() -> bench(login().password(), split(line))));
    while (begun() == before && !jmh.isDone()) {
      Thread.sleep(50);
    }
    execute(
        theirs().file().database(),
        login(),
        "update bench_load set changed_at = now() + interval '1 second'");

    Ended ended = jmh.get();
    assertThat(ended.exit()).as(ended.output()).isEqualTo(3);
    assertThat(ended.output())
        .contains("INVALID: the data set was loaded anew at 20")
        .contains("while it was measured");
  }

  /** Measurements that have recorded what they measure with, which is after they found the data. */
  private static long begun() throws IOException {
    try (Stream<Path> files = Files.walk(home.resolve("results"))) {
      return files.filter(file -> file.endsWith("settings/load-jmh.json")).count();
    }
  }

  private static String[] split(String line) {
    return line.split(" ");
  }

  private static Ended orThrow(Callable<Ended> command) {
    try {
      return command.call();
    } catch (Exception e) {
      throw new CompletionException(e);
    }
  }

  @Test
  @Order(6)
  void mavenMeasuresItByProperties() throws Exception {
    Assumptions.assumeTrue(isInPath("mvn"), "mvn is not in the PATH");
    String before = Runs.at(home.resolve("results/runs")).find("latest").id();

    Ended ended = maven("--offline");
    if (ended.output().contains("in offline mode")) {
      ended = maven();
    }

    // Whether it succeeds or fails is also whether the run is valid, and this machine fast enough.
    Run run = Runs.at(home.resolve("results/runs")).find("latest");
    assertThat(run.id()).as(ended.output()).isNotEqualTo(before);
    check(run.manifest());
    assertThat(run.manifest().what()).isEqualTo(RunKind.GATLING);
    assertThat(run.manifest().operations())
        .extracting(Manifest.OperationResult::source)
        .isNotEmpty()
        .containsOnly(Source.GATLING);
  }

  /** What there is to compile, the build that runs this test has compiled. */
  private static Ended maven(String... options) throws Exception {
    List<String> command = new ArrayList<>(List.of("mvn", "-B", "-ntp", "-f", "../pom.xml"));
    command.addAll(List.of(options));
    command.addAll(
        List.of(
            split(
                "-pl bench-gatling gatling:test -Dmaven.main.skip -Dmaven.test.skip"
                    + " -Dspotless.check.skip -Dbench.rate=20 -Dbench.warmup=2s -Dbench.duration=3s"
                    + " -Dbench.connections=4 -Dbench.runtime=attach")));
    command.add("-Dbench.home=" + home);
    command.add("-Dbench.url." + writer());
    return run(login().password(), command);
  }

  private static boolean isInPath(String program) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  @Test
  @Order(7)
  void aWholeRunLeavesTheFaultsOutAndHasItsReport() throws Exception {
    Path brief = makeHome("brief", "cluster", "bench-jmh");
    copySqlWithout(brief, Set.of("floor", "lookup-order", "insert-event"));

    Ended ended =
        benchAt(
            brief,
            login().password(),
            split(
                "run --quick --rate 20 --warmup 1s --duration 3s --connections 4"
                    + " --runtime attach --url "
                    + writer()));

    assertThat(ended.exit()).as(ended.output()).isIn(0, 3); // 3: this machine was too slow
    assertThat(ended.output())
        .contains("no failover part: faults need a cluster of our own")
        .doesNotContain("ended with exit code");
    Run run = Runs.at(brief.resolve("results/runs")).find("latest");
    check(run.manifest());
    assertThat(run.manifest().what()).isEqualTo(RunKind.RUN);
    assertThat(run.manifest().faults()).isEmpty();
    assertThat(run.manifest().operations())
        .extracting(Manifest.OperationResult::source)
        .contains(Source.JMH, Source.GATLING);
    assertThat(run.manifest().operations())
        .extracting(Manifest.OperationResult::name)
        .containsOnly("floor", "lookup-order", "insert-event");
    assertThat(run.dir().resolve("jmh.json")).isNotEmptyFile();
    assertThat(run.dir().resolve("latency.hlog")).isNotEmptyFile();
    assertThat(Files.readString(run.dir().resolve("report.html")))
        .contains(run.manifest().id())
        .contains("no failover part");
  }

  /** All other operations cost time, and would show nothing more. */
  private static void copySqlWithout(Path to, Set<String> kept) throws IOException {
    Path from = Path.of("..", "sql").toRealPath();
    for (String part : List.of("citus", "fdw", "single", "operations")) {
      Path folder = Files.createDirectories(to.resolve("sql").resolve(part));
      try (Stream<Path> files = Files.list(from.resolve(part))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          String name = file.getFileName().toString();
          boolean left =
              part.equals("operations") && !kept.contains(name.substring(0, name.length() - 4));
          Files.writeString(
              folder.resolve(name),
              (left ? "-- unsupported citus: brief\n-- unsupported single: brief\n" : "")
                  + Files.readString(file));
        }
      }
    }
  }

  @Test
  @Order(8)
  void theBareJarMeasuresAnFdwClusterByProperties() throws Exception {
    theirs().close();
    Path away = makeHome("foreign", "cluster");
    Tuning tuning = Tuning.load(away, Tuning.BASE);
    Cluster foreign =
        Cluster.start(
            ClusterSpec.reference(away, Engine.FDW, tuning, 1), Programs.find(), Progress.silent());
    theirs = foreign;
    SystemUnderTest.Access access = foreign.access("writer");
    new Loader(
            Path.of("..", "sql"),
            new Target(
                Engine.FDW,
                new Endpoint(access.host(), access.port()),
                foreign.workers().stream().map(at -> new Endpoint(at.host(), at.port())).toList(),
                access.database(),
                login().user(),
                login().password(),
                Map.of()),
            new DatasetSpec(0.01, 1),
            8)
        .load((step, done, all) -> {});

    String jar = Path.of("../bench-jmh/target/benchmarks.jar").toRealPath().toString();
    String url = "-Dbench.url.writer=" + url("writer", foreign.file().database());
    List<String> java = List.of("-Dbench.runtime=attach", url, "-jar", jar);
    Ended fanOut = java(home, login().password(), java, "fan-out");
    assertThat(fanOut.exit()).as(fanOut.output()).isEqualTo(2);
    assertThat(fanOut.output()).contains("fan-out cannot be measured here, on engine fdw");

    Ended ended =
        java(
            home,
            login().password(),
            java,
            split("lookup-order revenue-by-day -bm sample -f 1 -wi 0 -i 1 -r 300ms"));
    assertThat(ended.exit()).as(ended.output()).isZero();
    Run run = Runs.at(home.resolve("results/runs")).find("latest");
    check(run.manifest());
    assertThat(run.manifest().engine().name()).isEqualTo(Engine.FDW);
    assertThat(run.manifest().operations())
        .extracting(row -> row.name() + " " + row.planClass() + " " + row.tasks())
        .containsExactlyInAnyOrder(
            "floor local 0", "lookup-order router 1", "revenue-by-day multi-shard 8");
  }

  private static void check(Manifest manifest) {
    assertThat(manifest.runtime()).isEqualTo(RuntimeKind.ATTACH);
    assertThat(manifest.tuning()).isEqualTo("unknown");
    assertThat(manifest.engine().name()).isEqualTo(theirs().file().engine());
    assertThat(manifest.engine().version()).isEqualTo(theirs().file().engineVersion());
    assertThat(manifest.versions().postgresql()).isNotEqualTo("unknown");
    assertThat(manifest.versions().patroni()).isEqualTo("unknown");
    assertThat(manifest.versions().haproxy()).isEqualTo("unknown");
    assertThat(manifest.topology().workers()).isEqualTo(theirs().file().workers());
    assertThat(manifest.topology().membersPerGroup()).isNull();
    assertThat(manifest.dataset().scale()).isEqualTo(0.01);
  }

  /** Number of rows by table. */
  private static Map<String, String> tables(String database) throws SQLException {
    Map<String, String> tables = new TreeMap<>();
    try (Connection connection = connect(database, login());
        Statement statement = connection.createStatement()) {
      List<String> names = new ArrayList<>();
      try (ResultSet rows =
          statement.executeQuery(
              "select relname from pg_class where relnamespace = 'public'::regnamespace"
                  + " and relkind in ('r', 'p')")) {
        while (rows.next()) {
          names.add(rows.getString(1));
        }
      }
      for (String name : names) {
        try (ResultSet rows = statement.executeQuery("select count(*) from " + name)) {
          rows.next();
          tables.put(name, rows.getString(1));
        }
      }
    }
    return tables;
  }

  private static void execute(String database, Login as, String sql) throws SQLException {
    try (Connection connection = connect(database, as);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static Connection connect(String database, Login as) throws SQLException {
    Route at = theirs().route("writer");
    return DriverManager.getConnection(
        "jdbc:postgresql://%s:%d/%s".formatted(at.host(), at.port(), database),
        as.user(),
        as.password());
  }

  private static void watchCommandLines(AtomicBoolean ended, List<String> seen) {
    while (!ended.get()) {
      try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
        for (Path process : processes.toList()) {
          if (process.getFileName().toString().matches("[0-9]+")) {
            String line = text(process.resolve("cmdline")).replace('\0', ' ');
            if (line.contains(login().password())) {
              seen.add(line);
            }
          }
        }
        Thread.sleep(50);
      } catch (IOException e) {
        seen.add(e.toString());
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // ended meanwhile
    }
  }

  private static List<Path> filesWithPassword() throws IOException {
    try (Stream<Path> files = Files.walk(home)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> text(file).contains(login().password()))
          .toList();
    }
  }

  private record Ended(int exit, String output) {}

  private static String refused(String... args) throws Exception {
    return refusedWith(login().password(), args);
  }

  private static String refusedWith(String password, String... args) throws Exception {
    Ended ended = bench(password, args);
    assertThat(ended.exit()).as(ended.output()).isEqualTo(2);
    assertThat(ended.output()).contains("bench: ").doesNotContain("\tat ");
    return ended.output();
  }

  private static Ended bench(String password, String... args) throws Exception {
    return benchAt(home, password, args);
  }

  private static Ended benchAt(Path at, String password, String... args) throws Exception {
    String classPath = Objects.requireNonNull(System.getProperty("java.class.path"));
    return java(at, password, List.of("-cp", classPath, Main.class.getName()), args);
  }

  private static Ended java(Path at, String password, List<String> program, String... args)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dbench.home=" + at);
    command.add("-Dorg.postgresql.pgpassfile=" + at.resolve("none"));
    command.addAll(program);
    command.addAll(List.of(args));
    return run(password, command);
  }

  private static Ended run(String password, List<String> command) throws Exception {
    Path output = Files.createTempFile(folder, "output", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().remove("PGPASSWORD");
    if (!password.isEmpty()) {
      builder.environment().put("PGPASSWORD", password);
    }
    Process process = builder.start();
    if (!process.waitFor(2, TimeUnit.MINUTES)) {
      process.descendants().forEach(ProcessHandle::destroy);
      process.destroyForcibly();
      throw new AssertionError(String.join(" ", command) + " does not end");
    }
    return new Ended(process.exitValue(), Files.readString(output).strip());
  }
}
