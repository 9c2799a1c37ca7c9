package dev.citusbench.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a shell that syncs a file, and syncs it in a child, in the place of a server. */
final class StressorsTest {
  private static final String MARKER = "stressors" + ProcessHandle.current().pid();

  /** So that no slow day ends what a test has not looked at yet. */
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir Path folder;

  private final Processes processes = new Processes(MARKER, List.of());
  private final Stressors stressors = new Stressors(processes);
  private Process server;

  @BeforeEach
  void startAServer() throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    String loop =
        "while :; do dd if=/dev/zero of=\"$0/file\" bs=1 count=1 conv=fsync 2>/dev/null;"
            + " date >>\"$0/synced\"; sleep 0.01; done";
    server =
        new ProcessBuilder(Account.current().run(List.of("sh", "-c", loop, folder.toString())))
            .start();
  }

  @AfterEach
  void endAll() throws IOException {
    stressors.end();
    server.descendants().forEach(ProcessHandle::destroyForcibly);
    server.destroyForcibly();
  }

  private long synced() {
    try {
      return Files.exists(folder.resolve("synced"))
          ? Files.readAllLines(folder.resolve("synced")).size()
          : 0;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void await(String what, BooleanSupplier seen) {
    long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!seen.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      Waiting.millis(10);
    }
  }

  private void slow() throws IOException {
    await("it syncs", () -> synced() > 0);
    stressors.slowSyncs(
        "disk",
        () -> List.of(server.toHandle()),
        Duration.ofSeconds(20),
        LONG,
        folder.resolve("stress.log"));
  }

  @Test
  void syncsOfChildrenAreSlowUntilTheTracerIsTold() throws IOException {
    assumeTrace();
    slow();
    assertThat(Stressors.isTraced(server.pid())).isTrue();
    assertThat(stressors.find("disk")).hasSizeGreaterThanOrEqualTo(2);
    Waiting.millis(300); // what was under way when it was attached
    long before = synced();
    Waiting.millis(1500);
    assertThat(synced() - before).isLessThanOrEqualTo(1);
    stressors.end("disk");
    assertThat(stressors.find()).isEmpty();
    assertThat(Stressors.isTraced(server.pid())).isFalse();
    long after = synced();
    await("it goes on", () -> synced() > after + 2);
  }

  @Test
  void aProcessThatHasEndedIsNotSeenTraced() throws Exception {
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();
    assertThat(Stressors.isSeenTraced(ended)).isFalse();
  }

  @Test
  void whatAKilledTracerHeldBackGoesOn() throws IOException {
    assumeTrace();
    slow();
    stressors.find("disk").forEach(ProcessHandle::destroyForcibly);
    await("it is let go", () -> !Stressors.isTraced(server.pid()));
    long after = synced();
    await("it goes on", () -> synced() > after + 2);
    assertThat(server.isAlive()).isTrue();
  }

  @Test
  void busyProcessesAreAsManyAsAskedForAndEndByThemselves() throws IOException {
    stressors.busy("load", 3, Duration.ofSeconds(2), 0, Account.current());
    assertThat(stressors.find("disk")).isEmpty();
    await("they end by themselves", () -> stressors.find().isEmpty());
  }

  @Test
  void busyProcessesRunAsTheDaemonsDoAndAreEnded() throws IOException {
    int nice = Processes.nice(ProcessHandle.current().pid()).orElseThrow() + 1;
    stressors.busy("load", 3, LONG, nice, Account.current());
    List<ProcessHandle> timeouts =
        stressors.find("load").stream()
            .filter(p -> Processes.program(p.pid()).equals("timeout"))
            .toList();
    assertThat(timeouts).hasSize(3);
    assertThat(timeouts)
        .allSatisfy(
            p -> {
              assertThat(Processes.nice(p.pid())).contains(nice);
              assertThat(p.info().user()).contains(Account.current().name());
            });
    stressors.end("load");
    assertThat(stressors.find()).isEmpty();
  }

  private static void assumeTrace() {
    Optional<String> lacking = Stressors.lackingTracer();
    assumeTrue(lacking.isEmpty(), lacking.orElse(""));
  }
}
