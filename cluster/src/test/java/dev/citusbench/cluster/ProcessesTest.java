package dev.citusbench.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProcessesTest {
  private static final String MARKER = "test-" + ProcessHandle.current().pid();

  @TempDir Path folder;
  private final List<Process> children = new ArrayList<>();

  private Process sleep(String variable, String value) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("sleep", "60").directory(folder.toFile());
    builder.environment().put(variable, value);
    Process process = builder.start();
    children.add(process);
    return process;
  }

  private static void awaitProgram(Process process, String program) {
    while (!Processes.program(process.pid()).equals(program)) {
      assertThat(process.isAlive()).isTrue();
      Waiting.millis(5);
    }
  }

  @AfterEach
  void endChildren() {
    children.forEach(Process::destroyForcibly);
  }

  @Test
  void aProcessWithOurMarkerIsOurs() throws IOException {
    Process child = sleep(Processes.VARIABLE, MARKER);
    awaitProgram(child, "sleep");
    Processes processes = new Processes(MARKER, List.of(folder));
    assertThat(processes.find()).extracting(ProcessHandle::pid).containsExactly(child.pid());
  }

  @Test
  void aProcessOfAnotherHomeIsNotOurs() throws IOException {
    awaitProgram(sleep(Processes.VARIABLE, MARKER + "0"), "sleep");
    awaitProgram(sleep("X_" + Processes.VARIABLE, MARKER), "sleep");
    assertThat(new Processes(MARKER, List.of()).find()).isEmpty();
  }

  @Test
  void aProcessThatOnlyStandsInOurFolderIsNotOurs() throws IOException {
    awaitProgram(sleep("A", "b"), "sleep");
    assertThat(new Processes(MARKER, List.of(folder.toRealPath())).find()).isEmpty();
  }

  @Test
  void aPostgresInOurFolderIsOursWithoutItsEnvironment() throws IOException {
    // PostgreSQL overwrites its environment; a copy of sleep under its name stands for it.
    Path program = Files.copy(Path.of("/bin/sleep").toRealPath(), folder.resolve("postgres"));
    Process child = new ProcessBuilder(program.toString(), "60").directory(folder.toFile()).start();
    children.add(child);
    awaitProgram(child, "postgres");
    assertThat(new Processes(MARKER, List.of(folder.toRealPath())).find())
        .extracting(ProcessHandle::pid)
        .containsExactly(child.pid());
    assertThat(new Processes(MARKER, List.of(folder.resolve("other"))).find()).isEmpty();
  }

  @Test
  void aProcessOfAnotherNamespaceIsNotOurs() throws IOException {
    namespaces("self", "pid:[1]", "mnt:[1]");
    namespaces("7", "pid:[1]", "mnt:[1]");
    namespaces("8", "pid:[2]", "mnt:[1]");
    namespaces("9", "pid:[1]", "mnt:[2]");
    assertThat(Processes.sharesNamespaces(folder, 7)).isTrue();
    assertThat(Processes.sharesNamespaces(folder, 8)).isFalse();
    assertThat(Processes.sharesNamespaces(folder, 9)).isFalse();
    assertThat(Processes.sharesNamespaces(folder, 10)).isFalse();
  }

  private void namespaces(String process, String pid, String mnt) throws IOException {
    Path links = Files.createDirectories(folder.resolve(process).resolve("ns"));
    Files.createSymbolicLink(links.resolve("pid"), Path.of(pid));
    Files.createSymbolicLink(links.resolve("mnt"), Path.of(mnt));
  }

  @Test
  void weOurselvesAreNotOurs() {
    assertThat(new Processes(MARKER, List.of(Path.of("/"))).find())
        .extracting(ProcessHandle::pid)
        .doesNotContain(ProcessHandle.current().pid());
  }
}
