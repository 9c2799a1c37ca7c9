package dev.citusbench.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.HistogramLogProcessor;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LatencyHistoryTest {
  @TempDir Path dir;

  private Path part(String name, Instant start, int seconds, String operation) {
    HandClock clock = new HandClock(start);
    Path file = dir.resolve(name);
    try (LatencyLog log = new LatencyLog(file, clock, false, (at, phase) -> {})) {
      for (int second = 0; second < seconds; second++) {
        for (int n = 0; n < 100; n++) {
          log.record(operation, TimePart.RESPONSE, Outcome.OK, 1_000_000L + n);
        }
        clock.advance(Duration.ofSeconds(1));
        log.tick();
      }
    }
    return file;
  }

  @Test
  void partsBecomeOneLogInTimeOrderThatTheUsualReaderReads() throws IOException {
    Path late = part("late.hlog", Instant.parse("2026-03-01T10:00:02Z"), 3, "top-tenants");
    Path early = part("early.hlog", Instant.parse("2026-03-01T10:00:00Z"), 4, "lookup-order");
    Path merged = dir.resolve("merged.hlog");
    LatencyHistory.merge(List.of(late, early), merged);

    List<String> seen = new ArrayList<>();
    long count = 0;
    try (HistogramLogReader reader = new HistogramLogReader(new File(merged.toString()))) {
      while (reader.hasNext()) {
        EncodableHistogram histogram = reader.nextIntervalHistogram();
        count += ((org.HdrHistogram.Histogram) histogram).getTotalCount();
        seen.add(Instant.ofEpochMilli(histogram.getStartTimeStamp()) + " " + histogram.getTag());
      }
    }
    assertThat(seen)
        .containsExactlyInAnyOrder(
            "2026-03-01T10:00:00Z lookup-order/response/ok",
            "2026-03-01T10:00:01Z lookup-order/response/ok",
            "2026-03-01T10:00:02Z lookup-order/response/ok",
            "2026-03-01T10:00:02Z top-tenants/response/ok",
            "2026-03-01T10:00:03Z lookup-order/response/ok",
            "2026-03-01T10:00:03Z top-tenants/response/ok",
            "2026-03-01T10:00:04Z top-tenants/response/ok")
        .isSortedAccordingTo((a, b) -> a.substring(0, 20).compareTo(b.substring(0, 20)));
    assertThat(count).isEqualTo(700);
  }

  @Test
  void theUsualProcessorReadsAMergedLog() throws Exception {
    Path a = part("a.hlog", Instant.parse("2026-03-01T10:00:00.250Z"), 2, "lookup-order");
    Path b = part("b.hlog", Instant.parse("2026-03-01T10:00:01Z"), 2, "top-tenants");
    Path merged = dir.resolve("merged.hlog");
    LatencyHistory.merge(List.of(a, b), merged);

    Path output = dir.resolve("out");
    HistogramLogProcessor processor =
        new HistogramLogProcessor(
            new String[] {
              "-i", merged.toString(), "-o", output.toString(), "-tag", "top-tenants/response/ok"
            });
    processor.start();
    processor.join();
    assertThat(Files.readString(dir.resolve("out.hgrm"))).contains("Total count    =          200");
    assertThat(Files.readAllLines(output).stream().filter(line -> line.matches("[0-9].*")))
        .hasSize(2);
  }

  @Test
  void whatAKilledWriterLeftIsReadUpToItsLastWholeLine() throws IOException {
    Path file = part("killed.hlog", Instant.parse("2026-03-01T10:00:00Z"), 3, "lookup-order");
    String text = Files.readString(file);
    for (int cut : new int[] {1, 4, 5, 40}) {
      Files.writeString(file, text.substring(0, text.length() - cut));
      assertThat(LatencyHistory.totals(file).values())
          .singleElement()
          .satisfies(histogram -> assertThat(histogram.getTotalCount()).isEqualTo(200));
    }
  }

  @Test
  void aDamagedLineIsNamed() throws IOException {
    Path file = part("damaged.hlog", Instant.parse("2026-03-01T10:00:00Z"), 1, "lookup-order");
    long lines = Files.readAllLines(file).size();
    Files.writeString(file, "Tag=a/response/ok,1.0,1.0,1.0,AAAA\n", StandardOpenOption.APPEND);
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> LatencyHistory.totals(file))
        .withMessageContaining("damaged.hlog, line " + (lines + 1) + ": its histogram");
    Files.writeString(file, "what is this\n");
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> LatencyHistory.totals(file))
        .withMessageContaining("damaged.hlog, line 1: not an interval");
  }

  @Test
  void tagsOfOtherToolsAreLeftOut() {
    assertThat(Series.parse("a/response/ok")).isPresent();
    assertThat(Series.parse("a/response/maybe")).isEmpty();
    assertThat(Series.parse("hiccup")).isEmpty();
    assertThat(Series.parse("a/b/response/ok")).isEmpty();
  }
}
