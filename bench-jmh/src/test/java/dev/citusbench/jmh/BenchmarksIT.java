package dev.citusbench.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.citusbench.cluster.Cluster;
import dev.citusbench.cluster.Programs;
import dev.citusbench.results.BenchException;
import dev.citusbench.results.Engine;
import dev.citusbench.results.Manifest;
import dev.citusbench.results.Manifest.OperationResult;
import dev.citusbench.results.Run;
import dev.citusbench.results.RunKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
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

  private void link(String... folders) throws IOException {
    Path checkout = Path.of("..").toRealPath();
    for (String folder : folders) {
      Path link = home.resolve(folder);
      Files.createDirectories(link.getParent());
      links.add(Files.createSymbolicLink(link, checkout.resolve(folder)));
    }
  }

  private String run(int exitCode, String arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dbench.home=" + home);
    command.add("-Dbench.scale=0.01");
    command.add("-Dbench.quick=true");
    command.add("-Djmh.ignoreLock=true");
    command.add("-jar");
    command.add(JAR.toString());
    command.addAll(List.of(arguments.split(" ")));
    Path log = home.resolve("output.log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
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
