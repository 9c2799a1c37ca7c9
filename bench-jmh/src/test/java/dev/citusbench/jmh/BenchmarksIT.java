package dev.citusbench.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.citusbench.cluster.Cluster;
import dev.citusbench.cluster.ClusterSpec;
import dev.citusbench.cluster.Programs;
import dev.citusbench.cluster.Progress;
import dev.citusbench.cluster.Tuning;
import dev.citusbench.results.BenchException;
import dev.citusbench.results.Engine;
import dev.citusbench.results.Manifest;
import dev.citusbench.results.Manifest.OperationResult;
import dev.citusbench.results.Run;
import dev.citusbench.results.RunKind;
import dev.citusbench.results.Runs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs {@code benchmarks.jar} as a user does, in a home of its own, on a cluster that it starts.
 */
class BenchmarksIT {
  private static final Path JAR = Path.of("target/benchmarks.jar").toAbsolutePath();

  @TempDir Path home;

  private final List<Path> links = new ArrayList<>();

  /** JUnit warns of links that lead out of its folder. */
  @AfterEach
  void removeLinks() throws IOException {
    for (Path link : links) {
      Files.delete(link);
    }
  }

  @BeforeAll
  static void theMachineMustHaveTheDaemons() {
    try {
      assertThat(Programs.find().versions()).isNotEmpty();
    } catch (BenchException e) {
      Assumptions.abort(e.getMessage());
    }
  }

  @Test
  void aRunOfItsOwnStartsMeasuresRecordsAndStops() throws Exception {
    link("cluster/tunings", "cluster/templates", "sql");

    boolean citus = Programs.find().citusVersion().isPresent();
    String output =
        run(
            0,
            "floor lookup-order%s insert-event -p route=writer -f 1 -wi 1 -w 200ms -i 1 -r 300ms"
                .formatted(citus ? " fan-out -p shards=4" : ""));

    Run run = Run.read(home.resolve("results/latest").toRealPath());
    Manifest manifest = run.manifest();
    assertThat(manifest.valid()).as(output).isTrue();
    assertThat(manifest.what()).isEqualTo(RunKind.JMH);
    assertThat(manifest.dataset().scale()).isEqualTo(0.01);
    List<OperationResult> fanOut =
        manifest.operations().stream().filter(row -> row.name().equals("fan-out")).toList();
    List<OperationResult> rows = new ArrayList<>(manifest.operations());
    rows.removeAll(fanOut);
    assertThat(manifest.engine().name()).isEqualTo(citus ? Engine.CITUS : Engine.FDW);
    assertThat(fanOut).hasSize(citus ? 4 * 2 : 0);
    assertThat(fanOut)
        .allSatisfy(
            row -> {
              assertThat(row.tasks()).isEqualTo(4);
              // Two or four, and what Citus' own daemon takes while there are few operations.
              assertThat(row.perOperation().get("connections")).isBetween(1.9, 10.0);
            });
    assertThat(rows)
        .extracting(OperationResult::name)
        .containsExactly("floor", "lookup-order", "insert-event");
    assertThat(rows.get(2).perOperation())
        .containsKeys("walBytes", "commits", "clientCpuNanos")
        .hasEntrySatisfying("commits", commits -> assertThat(commits).isBetween(0.9, 3.0));
    assertThat(rows.get(2).busy()).containsKey("processor");
    if (citus) {
      assertThat(fanOut.get(0).perOperation().get("multiShardExecutions")).isEqualTo(1);
    }
    assertThat(rows)
        .allSatisfy(
            row -> {
              assertThat(row.perOperation().getOrDefault("multiShardExecutions", 0.0)).isZero();
              assertThat(row.route()).isEqualTo("writer");
              assertThat(row.count()).isPositive();
              assertThat(row.perSecond()).isPositive();
              assertThat(row.p50Nanos()).isBetween(1_000L, 60_000_000_000L);
            });
    assertThat(rows.get(2).rowsPerSecond()).isPositive();
    assertThat(rows.get(0).floorNanos()).isNull();
    assertThat(rows.get(1).floorNanos()).isEqualTo(rows.get(0).p50Nanos());
    assertThat(run.dir().resolve("jmh.json")).isNotEmptyFile();
    assertThat(Cluster.find(home)).isEmpty();
  }

  @Test
  void anUnknownBenchmarkStartsNothing() throws Exception {
    link("cluster/tunings", "cluster/templates", "sql");

    assertThat(run(2, "lookup-ordr")).contains("did you mean 'lookup-order'?");
    assertThat(home.resolve(".bench")).doesNotExist();
    assertThat(home.resolve("results")).doesNotExist();
  }

  @Test
  void whatOnlyCitusDoesIsRefusedBeforeAnotherEngineIsStarted() throws Exception {
    link("cluster/tunings", "cluster/templates", "sql");

    assertThat(run(2, "-Dbench.engine=fdw fan-out"))
        .contains("bench: fan-out cannot be measured here, on engine fdw");
    assertThat(run(2, "-Dbench.engine=single revenue-by-day -p executorPool=4"))
        .contains("-p executorPool is about Citus' executor, and the engine is single");
    assertThat(home.resolve("results")).doesNotExist();
    assertThat(Cluster.hasLeftovers(home)).isFalse();
  }

  @Test
  void aMeasurementThatIsEndedOrLosesItsClusterKeepsItsRowsAndLeavesNoFork() throws Exception {
    link("cluster/tunings", "cluster/templates", "sql");
    Engine engine = Programs.find().citusVersion().isPresent() ? Engine.CITUS : Engine.SINGLE;
    Path output = home.resolve("output.log");
    try (Cluster cluster =
        Cluster.start(
            ClusterSpec.reference(home, engine, Tuning.load(home, Tuning.BASE), 1),
            Programs.find(),
            Progress.silent())) {
      // SIGTERM, so that its exit code is that of the JVM.
      assertThat(endedInAFork(output, Process::destroy)).isEqualTo(143);
      assertThat(Files.readString(output)).containsOnlyOnce("bench: told to end while ");
      assertKept("told to end while ");
      assertThat(Cluster.find(home)).isPresent();

      assertThat(endedInAFork(output, process -> cluster.close())).isEqualTo(5);
      assertThat(Files.readString(output))
          .containsOnlyOnce("bench: ")
          .containsPattern("bench: the cluster was lost while .* was measured: it was stopped;");
      assertKept("the cluster was lost while ");
    }
    assertThat(Cluster.hasLeftovers(home)).isFalse();
  }

  /** The exit code of a measurement that this happens to after its first benchmark. */
  private int endedInAFork(Path output, Consumer<Process> happens) throws Exception {
    Process process =
        start(
            output,
            "floor lookup-order tenant-dashboard -bm sample -p route=writer -f 1 -wi 0 -i 4 -r 1s");
    try {
      while (!hasResultAndFork(process)) {
        assertThat(process.isAlive()).as(Files.readString(output)).isTrue();
        Thread.sleep(50);
      }
      happens.accept(process);
      assertThat(process.waitFor(40, TimeUnit.SECONDS)).as(Files.readString(output)).isTrue();
    } finally {
      process.destroyForcibly().waitFor();
    }
    assertThat(commands()).isEmpty();
    return process.exitValue();
  }

  private boolean hasResultAndFork(Process process) throws IOException {
    Path runs = home.resolve("results/runs");
    if (!Files.isDirectory(runs)) {
      return false;
    }
    try (Stream<Path> files = Files.walk(runs, 2)) {
      return files.anyMatch(
              file -> file.endsWith("jmh.json") && file.toString().contains(".partial/"))
          && process.children().findAny().isPresent();
    }
  }

  /** That the newest run has the rows of its first benchmark, and is invalid for this reason. */
  private void assertKept(String reason) throws IOException {
    Run run = Runs.at(home.resolve("results/runs")).list().get(0);
    assertThat(run.manifest().valid()).isFalse();
    assertThat(run.manifest().invalidReasons()).anyMatch(each -> each.startsWith(reason));
    assertThat(run.manifest().operations()).extracting(OperationResult::name).contains("floor");
    assertThat(Files.readString(run.dir().resolve("jmh.json"))).contains("FloorBenchmark");
  }

  /** Our JVMs for this home, forks too. */
  private List<ProcessHandle> commands() {
    return ProcessHandle.allProcesses()
        .filter(process -> commandLine(process).contains("-Dbench.home=" + home))
        .toList();
  }

  private static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cmdline"));
    } catch (IOException e) {
      return ""; // ended meanwhile
    }
  }

  private void link(String... folders) throws IOException {
    Path checkout = Path.of("..").toRealPath();
    for (String folder : folders) {
      Path link = home.resolve(folder);
      Files.createDirectories(link.getParent());
      links.add(Files.createSymbolicLink(link, checkout.resolve(folder)));
    }
  }

  private Process start(Path output, String arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dbench.home=" + home);
    command.add("-Dbench.scale=0.01");
    command.add("-Dbench.quick=true");
    command.add("-Djmh.ignoreLock=true");
    command.add("-jar");
    command.add(JAR.toString());
    command.addAll(List.of(arguments.split(" ")));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }

  private String run(int exitCode, String arguments) throws Exception {
    Path log = home.resolve("output.log");
    Process process = start(log, arguments);
    try {
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.descendants().forEach(ProcessHandle::destroy);
      process.destroy();
    }
    String output = Files.readString(log);
    assertThat(process.exitValue()).as(output).isEqualTo(exitCode);
    return output;
  }
}
