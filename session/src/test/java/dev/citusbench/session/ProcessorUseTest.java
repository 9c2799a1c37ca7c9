package dev.citusbench.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.citusbench.results.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProcessorUseTest {
  @TempDir Path proc;

  @Test
  void childrenThatEndedAndSystemTimeCountAndIdleTimeDoesNot() throws IOException {
    AtomicLong nanos = new AtomicLong();
    write(100, "cpu  1000 0 500 9000 100 0 0 0 0 0");
    ProcessorUse use = new ProcessorUse(proc, 2, nanos::get);

    nanos.set(10_000_000_000L);
    write(300, "cpu  1600 0 900 9700 400 0 0 0 0 0");

    // 10 s of 2 cores are 2,000 ticks: 200 of ours, 1,000 of all
    Manifest.ProcessorShare share = use.share("jmh");
    assertThat(share.seconds()).isEqualTo(10);
    assertThat(share.suite()).isCloseTo(0.1, within(1e-9));
    assertThat(share.machine()).isCloseTo(0.5, within(1e-9));
  }

  @Test
  void aProcessThatMayNotUseAllCoresDoesNotMakeTheMachineSmaller() throws IOException {
    AtomicLong nanos = new AtomicLong();
    write(100, "cpu  1000 0 500 9000 100 0 0 0 0 0");
    ProcessorUse use = new ProcessorUse(proc, 1, nanos::get);

    nanos.set(10_000_000_000L);
    write(300, "cpu  1600 0 900 9700 400 0 0 0 0 0");

    assertThat(use.share("jmh").suite()).isCloseTo(0.2, within(1e-9));
    assertThat(use.share("jmh").machine()).isCloseTo(0.5, within(1e-9));
  }

  private void write(int ticks, String machine) throws IOException {
    Files.createDirectories(proc.resolve("self"));
    int quarter = ticks / 4;
    Files.writeString(
        proc.resolve("self/stat"),
        "7 (a (b) c) S 1 7 7 0 -1 0 0 0 0 0 %1$d %1$d %1$d %1$d 20 0 1 0 42".formatted(quarter));
    Files.writeString(proc.resolve("stat"), machine + "\ncpu0 1 2 3 4\ncpu1 1 2 3 4\nintr 5\n");
  }
}
