package dev.citusbench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class ConsoleTest {
  private final AtomicLong nanos = new AtomicLong();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private Console console(boolean terminal) {
    return new Console(new PrintStream(bytes, true, StandardCharsets.UTF_8), terminal, nanos::get);
  }

  private String written() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Test
  void stepsTellTheTimeSinceTheStart() {
    Console console = console(false);
    pass(Duration.ofMillis(12_340));
    console.step("loading");
    assertThat(written()).isEqualTo("[ 12.3 s] loading\n");
  }

  @Test
  void withoutATerminalProgressIsAPlainLineNowAndThen() {
    Console console = console(false);
    for (int i = 0; i < 100; i++) {
      pass(Duration.ofMillis(250));
      console.progress(i + " of 100");
    }
    assertThat(written().lines()).containsExactly("[ 10.0 s] 39 of 100", "[ 20.0 s] 79 of 100");
  }

  @Test
  void onATerminalProgressIsOneLineThatIsWrittenAnew() {
    Console console = console(true);
    console.progress("1 of 2");
    console.progress("2 of 2");
    console.step("done");
    assertThat(written()).contains("1 of 2\r").contains("2 of 2\r").endsWith("done\n");
    assertThat(written().lines().filter(line -> line.contains("done")).count()).isEqualTo(1);
  }
}
