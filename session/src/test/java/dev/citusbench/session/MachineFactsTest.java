package dev.citusbench.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.citusbench.results.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MachineFactsTest {
  @TempDir Path proc;

  @Test
  void readsWhatTheKernelSays() throws IOException {
    Files.writeString(proc.resolve("cpuinfo"), "processor\t: 0\nmodel name\t: Fast CPU @ 3 GHz\n");
    Files.writeString(proc.resolve("meminfo"), "MemTotal:       1024 kB\nMemFree: 1 kB\n");
    Files.writeString(proc.resolve("loadavg"), "0.75 0.50 0.25 1/100 4242\n");
    Files.createDirectories(proc.resolve("sys/kernel"));
    Files.writeString(proc.resolve("sys/kernel/osrelease"), "6.1.0\n");

    Manifest.Machine machine = new MachineFacts(proc).read();

    assertThat(machine.cpu()).isEqualTo("Fast CPU @ 3 GHz");
    assertThat(machine.memoryBytes()).isEqualTo(1024 * 1024);
    assertThat(machine.kernel()).isEqualTo("6.1.0");
    assertThat(machine.loadAverageBefore()).isEqualTo(0.75);
  }

  @Test
  void readsThePriorityOfThisProcess() throws IOException {
    Files.createDirectories(proc.resolve("self"));
    Files.writeString(
        proc.resolve("self/stat"), "7 (a (b) c) S 1 7 7 0 -1 0 0 0 0 0 1 2 3 4 20 -10 1 0 42");
    assertThat(new MachineFacts(proc).nice()).isEqualTo("-10");
  }

  @Test
  void saysUnknownWhereThereIsNothingToRead() {
    assertThat(new MachineFacts(proc).read().cpu()).isEqualTo("unknown");
  }
}
