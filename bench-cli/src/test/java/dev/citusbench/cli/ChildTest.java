package dev.citusbench.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ChildTest {
  @TempDir Path folder;

  @Test
  void allOutputIsLoggedAndToldAndTheExitCodeReturned() throws Exception {
    List<String> lines = new ArrayList<>();
    Path log = folder.resolve("logs/child.log");
    int exit = Child.run(List.of("sh", "-c", "echo one; echo two >&2; exit 7"), log, lines::add);
    assertThat(exit).isEqualTo(7);
    assertThat(lines).containsExactly("one", "two");
    assertThat(Files.readAllLines(log)).containsExactly("one", "two");
  }

  @Test
  void aProgramThatIsNotThereIsNamed() {
    assertThatThrownBy(
            () -> Child.run(List.of("/no/such/program"), folder.resolve("log"), line -> {}))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("/no/such/program");
  }

  @Test
  void anInterruptionEndsTheChildWithItsOwnChildren() throws Exception {
    Path pid = folder.resolve("pid");
    Thread runner =
        new Thread(
            () -> {
              try {
                Child.inherit(List.of("sh", "-c", "sleep 300 & echo $! > " + pid + "; wait"));
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    runner.start();
    long grandchild = awaitPid(pid);
    runner.interrupt();
    runner.join();
    assertThat(ProcessHandle.of(grandchild).map(ProcessHandle::isAlive).orElse(false)).isFalse();
  }

  private static long awaitPid(Path file) throws IOException, InterruptedException {
    for (int i = 0; i < 500; i++) {
      if (Files.exists(file) && Files.readString(file).endsWith("\n")) {
        return Long.parseLong(Files.readString(file).strip());
      }
      Thread.sleep(10);
    }
    throw new IllegalStateException("the child did not start");
  }
}
