package dev.citusbench.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventLogTest {
  private static final Instant AT = Instant.parse("2026-03-01T10:00:00.123456Z");

  @TempDir Path dir;

  @Test
  void anEventIsOneLineOfJson() throws IOException {
    Path file = dir.resolve("events.jsonl");
    try (EventLog log = EventLog.open(file)) {
      log.append(AT, "fault opened", Map.of("member", "worker1-a\n\"quoted\""));
      log.append(AT.plusMillis(5), "leader changed", Map.of("group", 1));
    }
    assertThat(Files.readAllLines(file))
        .containsExactly(
            "{\"at\":\"2026-03-01T10:00:00.123456Z\",\"event\":\"fault opened\",\"member\":\"worker1-a\\n\\\"quoted\\\"\"}",
            "{\"at\":\"2026-03-01T10:00:00.128456Z\",\"event\":\"leader changed\",\"group\":1}");
    assertThat(EventLog.read(file))
        .extracting(Event::event)
        .containsExactly("fault opened", "leader changed");
  }

  @Test
  void manyWritersDoNotTearEachOthersLines() throws Exception {
    Path file = dir.resolve("events.jsonl");
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      Thread thread =
          new Thread(
              () -> {
                try (EventLog log = EventLog.open(file)) {
                  for (int n = 0; n < 250; n++) {
                    log.append(AT.minusMillis(n), "e", Map.of("text", "x".repeat(300)));
                  }
                }
              });
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(EventLog.read(file))
        .hasSize(1000)
        .isSortedAccordingTo((a, b) -> a.at().compareTo(b.at()));
  }

  @Test
  void anUnfinishedLastLineIsLeftOutAndABrokenOneIsNamed() throws IOException {
    Path file = dir.resolve("events.jsonl");
    try (EventLog log = EventLog.open(file)) {
      log.append(AT, "one", Map.of());
    }
    Files.writeString(file, "{\"at\":\"2026-", StandardOpenOption.APPEND);
    assertThat(EventLog.read(file)).hasSize(1);
    Files.writeString(file, "\n", StandardOpenOption.APPEND);
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> EventLog.read(file))
        .withMessageContaining("events.jsonl, line 2 is not JSON");
  }

  @Test
  void aFieldMayNotHideTheTime() {
    try (EventLog log = EventLog.open(dir.resolve("events.jsonl"))) {
      assertThatIllegalArgumentException().isThrownBy(() -> log.append(AT, "e", Map.of("at", 1)));
    }
  }
}
