package dev.citusbench.cli;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.citusbench.cluster.Cluster;
import dev.citusbench.cluster.Programs;
import dev.citusbench.cluster.Progress;
import dev.citusbench.cluster.SystemUnderTest;
import dev.citusbench.results.BenchException;
import dev.citusbench.results.Manifest;
import dev.citusbench.results.Run;
import dev.citusbench.results.RunFolder;
import dev.citusbench.results.RunKind;
import dev.citusbench.results.Runs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The commands as a user types them, each in a JVM of its own, in a home of their own. */
final class BenchIT {
  private static final Duration MOST = Duration.ofMinutes(2);
  private static final List<String> PARTS = List.of("cluster", "sql");

  @TempDir Path home;

  @BeforeAll
  static void theMachineMustHaveTheDaemons() {
    try {
      assertThat(Programs.find().versions()).isNotEmpty();
    } catch (BenchException e) {
      Assumptions.abort(e.getMessage());
    }
  }

  @BeforeEach
  void makeHome() throws IOException {
    makeHome(home);
  }

  private static void makeHome(Path home) throws IOException {
    for (String part : PARTS) {
      Files.createSymbolicLink(home.resolve(part), Path.of("..", part).toRealPath());
    }
  }

  /** A command that a failed test left behind has the cluster as long as a part of it lives. */
  @AfterEach
  void clear() throws Exception {
    endCommandsOf(home);
    Cluster.clear(home, Progress.silent());
    for (String part : PARTS) {
      Files.delete(home.resolve(part)); // JUnit warns of links that lead out of its folder
    }
  }

  @Test
  void theClusterByHandFromUpToDown() throws Exception {
    assertThat(bench("up", "--quick").exit()).isZero();

    Ended again = bench("up", "--quick");
    assertThat(again.exit()).isEqualTo(2);
    assertThat(again.output()).contains("./bench down").hasLineCount(1);

    JsonNode status = JsonMapper.builder().build().readTree(bench("status", "--json").output());
    assertThat(status.get("up").asBoolean()).isTrue();
    assertThat(status.get("ready").asBoolean()).isTrue();
    assertThat(status.get("members")).hasSize(6);

    Ended load = bench("load", "--scale", "0.01");
    assertThat(load.output()).containsPattern("orders +5,000");
    assertThat(bench("load").output()).contains("is loaded");

    Ended steady = bench("gatling", "--rate", "20", "--warmup", "2s", "--duration", "3s");
    Manifest manifest = Runs.at(home.resolve("results/runs")).find("latest").manifest();
    // Invalid: this machine was too slow.
    assertThat(steady.exit()).as(steady.output()).isEqualTo(manifest.valid() ? 0 : 3);
    assertThat(manifest.what()).isEqualTo(RunKind.GATLING);
    assertThat(manifest.operations()).isNotEmpty();
    assertThat(manifest.processor()).isNotEmpty();
    assertThat(manifest.generators())
        .singleElement()
        .satisfies(generator -> assertThat(generator.due()).isEqualTo(60));
    assertThat(bench("show").output()).contains(manifest.id());
    assertThat(bench("list").output()).contains(manifest.id());
    assertThat(bench("report").output()).contains("report.html");

    assertThat(manifest.plans()).singleElement().satisfies(BenchIT::plansAreProven);

    Path file = home.resolve(".bench/cluster.json");
    Files.writeString(file, Files.readString(file).substring(0, 100));
    for (String command : List.of("status", "up", "load", "gatling")) {
      Ended damaged = bench(command);
      assertThat(damaged.exit()).as(command).isEqualTo(2);
      assertThat(damaged.output())
          .contains(file.toRealPath() + " is damaged")
          .contains("./bench down")
          .hasLineCount(1);
    }

    assertThat(bench("down").exit()).isZero();
    assertThat(Cluster.find(home)).isEmpty();
    assertNothingIsLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {"failover", "gatling --simulation failover"})
  void aPoolThatLeavesTheProbesNoRoomIsRefusedBeforeAClusterStarts(String command)
      throws Exception {
    Ended refused = bench((command + " --connections 190").split(" "));

    assertThat(refused.exit()).as(refused.output()).isEqualTo(2);
    assertThat(refused.output())
        .contains("the pool with 84 of the probes beside it needs 274 connections")
        .contains("room for 188 (max_connections 200 of tuning ha-default, 3 of them reserved and")
        .contains("take --connections 104 or fewer");
    assertThat(Cluster.find(home)).isEmpty();
    assertThat(home.resolve("results")).doesNotExist();
  }

  private static void plansAreProven(Manifest.PlanCheck check) {
    assertThat(check.operations())
        .isNotEmpty()
        .allSatisfy(
            plan -> {
              assertThat(plan.before().planClass()).isEqualTo(plan.stated());
              assertThat(plan.after()).isEqualTo(plan.before());
            });
    Manifest.Executions executions = check.executions();
    if (executions != null) { // only Citus counts, from 13.1 on
      assertThat(executions.answeredSingleShard()).isPositive();
      assertThat(executions.singleShard()).isGreaterThanOrEqualTo(executions.answeredSingleShard());
      assertThat(executions.multiShard()).isGreaterThanOrEqualTo(executions.answeredMultiShard());
    }
  }

  @Test
  void aTableThatIsDistributedOtherwiseThanItsOperationsStateEndsGatlingAndJmhWithThree()
      throws Exception {
    Assumptions.assumeTrue(
        Programs.find().citusVersion().isPresent(), "PostgreSQL here has no extension Citus");
    assertThat(bench("up", "--quick").exit()).isZero();
    assertThat(bench("load", "--scale", "0.01").exit()).isZero();
    Path jar = Path.of("bench-jmh", "target", "benchmarks.jar");
    Files.createDirectories(home.resolve(jar).getParent());
    Files.copy(Path.of("..").resolve(jar), home.resolve(jar));

    // Of a reference table Citus calls a lookup by key a fast path, too; all orders are on one
    // shard.
    execute("select undistribute_table('orders')", "select create_reference_table('orders')");
    assertInvalid(
        briefLoad(),
        "operation orders-by-status ran as fast-path (1 tasks), its file states multi-shard");

    execute("select undistribute_table('orders')");
    String local = "operation lookup-order ran as local (0 tasks), its file states fast-path";
    assertInvalid(briefLoad(), local);
    assertInvalid(
        bench("jmh lookup-order -p route=writer -f 1 -wi 1 -w 100ms -i 1 -r 200ms".split(" ")),
        local);
  }

  private Ended briefLoad() throws Exception {
    return bench("gatling", "--rate", "20", "--warmup", "1s", "--duration", "2s");
  }

  private void execute(String... statements) throws SQLException {
    SystemUnderTest.Access writer = Cluster.find(home).orElseThrow().access("writer");
    String url =
        "jdbc:postgresql://%s:%d/%s".formatted(writer.host(), writer.port(), writer.database());
    try (Connection connection =
            DriverManager.getConnection(url, writer.login().user(), writer.login().password());
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** That it ended as an invalid one, for this reason among others. */
  private void assertInvalid(Ended measurement, String reason) {
    assertThat(measurement.exit()).as(measurement.output()).isEqualTo(3);
    assertThat(measurement.output()).contains("the run is invalid: ", reason);
    Manifest manifest = Runs.at(home.resolve("results/runs")).find("latest").manifest();
    assertThat(manifest.valid()).isFalse();
    assertThat(manifest.invalidReasons()).anyMatch(each -> each.contains(reason));
  }

  /** How far a command is when it is ended. */
  enum Moment {
    PROCESSES_START,
    LOADS,
    MEASURES
  }

  @ParameterizedTest
  @EnumSource(Moment.class)
  void ctrlCAtAnyMomentStopsTheClusterAndKeepsTheRun(Moment moment) throws Exception {
    endsAt(moment, Process::destroy); // SIGTERM and SIGINT run the same hooks
    assertNothingIsLeft();
    List<Run> runs = Runs.at(home.resolve("results/runs")).list();
    assertThat(runs).hasSize(moment == Moment.PROCESSES_START ? 0 : 1);
    assertThat(runs).allMatch(run -> !run.manifest().valid());
  }

  @ParameterizedTest
  @EnumSource(names = {"PROCESSES_START", "LOADS"})
  void aSuiteThatIsKilledBeforeItMeasuresLeavesNothingAfterDown(Moment moment) throws Exception {
    endsAt(moment, Process::destroyForcibly);
    Ended down = bench("down");
    assertThat(down.exit()).as(down.output()).isZero();
    assertNothingIsLeft();
  }

  private void endsAt(Moment moment, Consumer<Process> end) throws Exception {
    Process suite =
        start("gatling", "--quick", "--scale", "0.3", "--rate", "20", "--duration", "5m");
    Path runs = home.resolve("results/runs");
    try {
      await(
          () ->
              switch (moment) {
                // Without a folder yet, it is only asked for its version.
                case PROCESSES_START ->
                    Cluster.hasLeftovers(home) && suite.descendants().anyMatch(BenchIT::isEtcd);
                case LOADS -> hasRunFolder(runs);
                case MEASURES -> measures(runs);
              },
          suite);
      assertThat(Cluster.hasLeftovers(home)).isTrue();
      end.accept(suite);
      assertThat(suite.waitFor(MOST.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } finally {
      suite.destroyForcibly().waitFor();
    }
  }

  private static boolean isEtcd(ProcessHandle process) {
    return process.info().command().filter(program -> program.endsWith("/etcd")).isPresent();
  }

  /** Neither daemons nor their data, nor another JVM that measures for a command. */
  private void assertNothingIsLeft() throws Exception {
    await(() -> commandsOf(home).isEmpty() && !Cluster.hasLeftovers(home), null);
    assertThat(home.resolve(".bench/cluster.json")).doesNotExist();
  }

  @Test
  void aSuiteThatIsKilledLeavesNothingAfterDownButAnInvalidRun() throws Exception {
    Process suite =
        start("gatling", "--quick", "--scale", "0.01", "--rate", "20", "--duration", "5m");
    Path runs = home.resolve("results/runs");
    try {
      await(() -> measures(runs), suite);
      assertOthersAreRefused();
      assertThat(suite.isAlive()).isTrue();
    } finally {
      suite.destroyForcibly().waitFor();
    }
    Ended down = bench("down");

    assertThat(down.exit()).as(down.output()).isZero();
    assertNothingIsLeft();
    RunFolder.recover(runs);
    Manifest manifest = Runs.at(runs).list().get(0).manifest();
    assertThat(manifest.valid()).isFalse();
    assertThat(manifest.invalidReasons()).isNotEmpty();
  }

  @Test
  void aFullDiskIsOneLineAndDownClearsIt() throws Exception {
    // Not below the home: PostgreSQL's user may not enter that, and has its data elsewhere then.
    Path disk = Files.createTempDirectory("citus-ha-bench-disk");
    if (sh("mount -t tmpfs -o size=2300m,mode=755 tmpfs \"$1\"", disk) != 0) {
      Files.delete(disk);
      Assumptions.abort("a file system of its own can be mounted by root only");
    }
    Path small = Files.createDirectory(disk.resolve("home"));
    try {
      makeHome(small);
      assertThat(benchAt(small, "up", "--quick").exit()).isZero();
      assertThat(
              sh(
                  "mount -o remount,size=$(($(df -k --output=used \"$1\" | tail -1) + 65536))k \"$1\"",
                  disk))
          .isZero();

      Ended load = benchAt(small, "load", "--scale", "1");
      assertThat(load.exit()).as(load.output()).isEqualTo(4);
      assertThat(load.output().lines().skip(1)) // after what is loaded
          .singleElement(as(STRING))
          .contains("the disk of", "is full", "make room");
      assertThat(sh("head -c 1G /dev/zero > \"$1/fill\"", disk)).isNotZero();
      Ended gatling = benchAt(small, "gatling", "--quick");
      assertThat(gatling.exit()).as(gatling.output()).isEqualTo(4);
      assertThat(gatling.output()).contains("bench: ").doesNotContain("\tat ");

      Ended down = benchAt(small, "down");
      assertThat(down.exit()).as(down.output()).isZero();
      assertThat(Cluster.hasLeftovers(small)).isFalse();
    } finally {
      try {
        endCommandsOf(small);
        Cluster.clear(small, Progress.silent());
      } finally {
        assertThat(sh("umount -l \"$1\" && rmdir \"$1\"", disk)).isZero();
      }
    }
  }

  private static int sh(String script, Path argument) throws Exception {
    return new ProcessBuilder("sh", "-c", script, "sh", argument.toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  private void assertOthersAreRefused() throws Exception {
    for (String[] other :
        List.of(
            new String[] {"down"},
            new String[] {"up"},
            new String[] {"load"},
            new String[] {"gatling"})) {
      Ended refused = bench(other);
      assertThat(refused.exit()).as(String.join(" ", other)).isEqualTo(2);
      assertThat(refused.output())
          .contains("in use by a measurement, 'gatling' (pid ")
          .contains("since 20")
          .hasLineCount(1);
    }
    assertThat(bench("status").exit()).isZero();
  }

  /** Whether a run was begun, which is done before the data set is loaded. */
  private static boolean hasRunFolder(Path runs) throws IOException {
    if (!Files.isDirectory(runs)) {
      return false;
    }
    try (Stream<Path> folders = Files.list(runs)) {
      return folders.findAny().isPresent();
    }
  }

  /** Whether a simulation writes latencies. */
  private static boolean measures(Path runs) throws IOException {
    if (!Files.isDirectory(runs)) {
      return false;
    }
    try (Stream<Path> files = Files.walk(runs, 2)) {
      return files.anyMatch(file -> file.getFileName().toString().matches("latency-.*\\.hlog"));
    }
  }

  /** A state that is waited for. */
  private interface State {
    boolean holds() throws IOException;
  }

  private static void await(State state, @org.jspecify.annotations.Nullable Process running)
      throws Exception {
    Instant deadline = Instant.now().plus(MOST);
    while (!state.holds()) {
      if (running != null && !running.isAlive()) {
        throw new AssertionError(
            new String(running.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
      }
      if (Instant.now().isAfter(deadline)) {
        throw new AssertionError("not reached in " + MOST);
      }
      Thread.sleep(100);
    }
  }

  private static void endCommandsOf(Path home) throws Exception {
    for (ProcessHandle command : commandsOf(home)) {
      command.destroyForcibly();
      command.onExit().get(MOST.toSeconds(), TimeUnit.SECONDS);
    }
  }

  /** Processes whose command line names the home: our commands and their parts. */
  private static List<ProcessHandle> commandsOf(Path home) {
    return ProcessHandle.allProcesses()
        .filter(process -> process.pid() != ProcessHandle.current().pid())
        .filter(process -> commandLine(process).contains(home.toString()))
        .toList();
  }

  /** The whole of it: that of {@link ProcessHandle.Info} ends where a page of memory does. */
  private static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
    } catch (IOException e) {
      return ""; // ended meanwhile
    }
  }

  private record Ended(int exit, String output) {}

  private Process start(String... args) throws IOException {
    return startAt(home, args);
  }

  private static Process startAt(Path home, String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dbench.home=" + home);
    command.addAll(List.of("-cp", Objects.requireNonNull(System.getProperty("java.class.path"))));
    command.add(Main.class.getName());
    command.addAll(List.of(args));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }

  private Ended bench(String... args) throws Exception {
    return benchAt(home, args);
  }

  private Ended benchAt(Path where, String... args) throws Exception {
    Path output = Files.createTempFile(home, "output", ".txt");
    Process process = startAt(where, args);
    process.getInputStream().transferTo(Files.newOutputStream(output));
    if (!process.waitFor(MOST.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(String.join(" ", args) + " does not end");
    }
    return new Ended(process.exitValue(), Files.readString(output).strip());
  }
}
