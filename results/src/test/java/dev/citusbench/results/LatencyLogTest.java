package dev.citusbench.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LatencyLogTest {
  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
  @TempDir Path dir;

  private final HandClock clock = new HandClock(START);
  private final List<String> phaseEvents = new ArrayList<>();

  private LatencyLog log() {
    return new LatencyLog(
        dir.resolve("latency.hlog"),
        clock,
        false,
        (at, phase) -> phaseEvents.add(at + " " + phase));
  }

  private void second(LatencyLog log) {
    clock.advance(Duration.ofSeconds(1));
    log.tick();
  }

  private static void ok(LatencyLog log, String operation, long nanos) {
    log.record(operation, TimePart.RESPONSE, Outcome.OK, nanos);
  }

  private List<EncodableHistogram> histograms(Path file) throws IOException {
    List<EncodableHistogram> all = new ArrayList<>();
    try (HistogramLogReader reader = new HistogramLogReader(new File(file.toString()))) {
      while (reader.hasNext()) {
        all.add(reader.nextIntervalHistogram());
      }
    }
    return all;
  }

  @Test
  void everyIntervalOfEverySeriesHasItsTagAndTheSameTimes() throws IOException {
    LatencyLog log = log();
    for (int second = 0; second < 3; second++) {
      ok(log, "lookup-order", 1_000_000);
      log.record("lookup-order", TimePart.POOL, Outcome.FAILED, 2_000);
      second(log);
    }
    log.close();

    List<EncodableHistogram> read = histograms(log.file());
    assertThat(read)
        .extracting(EncodableHistogram::getTag)
        .containsOnly("lookup-order/response/ok", "lookup-order/pool/failed")
        .hasSize(6);
    assertThat(read)
        .extracting(EncodableHistogram::getStartTimeStamp)
        .containsExactly(
            START.toEpochMilli(),
            START.toEpochMilli(),
            START.toEpochMilli() + 1000,
            START.toEpochMilli() + 1000,
            START.toEpochMilli() + 2000,
            START.toEpochMilli() + 2000);
    assertThat(read)
        .allSatisfy(h -> assertThat(h.getEndTimeStamp() - h.getStartTimeStamp()).isEqualTo(1000));
  }

  @Test
  void theHeaderSaysWhenTheLogBegan() throws IOException {
    LatencyLog log = log();
    log.close();
    assertThat(Files.readAllLines(log.file()))
        .anyMatch(line -> line.startsWith("#[StartTime: " + START.getEpochSecond() + ".000 "))
        .anyMatch(line -> line.contains("Histogram log format version 1.3"));
  }

  @Test
  void secondsWithoutValuesWriteNothing() throws IOException {
    LatencyLog log = log();
    ok(log, "lookup-order", 5);
    second(log);
    second(log);
    second(log);
    log.close();
    assertThat(histograms(log.file())).hasSize(1);
  }

  @Test
  void valuesAreKeptToThreeDigitsAndLongOnesCountAsAnHour() {
    LatencyLog log = log();
    ok(log, "lookup-order", 123_456_789);
    ok(log, "lookup-order", Duration.ofDays(2).toNanos());
    log.close();
    Histogram sum = LatencyHistory.totals(log.file()).values().iterator().next();
    assertThat(sum.getTotalCount()).isEqualTo(2);
    assertThat((double) sum.getValueAtPercentile(50)).isCloseTo(123_456_789, within(123_457.0));
    assertThat((double) sum.getMaxValue()).isCloseTo(3.6e12, within(3.6e9));
  }

  @Test
  void nothingIsLostBetweenIntervalsOrAtCloseWhileManyThreadsRecord() throws Exception {
    LatencyLog log =
        new LatencyLog(dir.resolve("busy.hlog"), new SteadyClock(), false, (at, phase) -> {});
    LongAdder accepted = new LongAdder();
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      Thread thread =
          new Thread(
              () -> {
                long value = 1;
                while (true) {
                  try {
                    ok(log, "lookup-order", value++ % 10_000_000);
                  } catch (IllegalStateException closed) {
                    return;
                  }
                  accepted.increment();
                }
              });
      thread.start();
      threads.add(thread);
    }
    for (int cut = 0; cut < 40; cut++) {
      TimeUnit.MILLISECONDS.sleep(5);
      log.tick();
    }
    log.close();
    for (Thread thread : threads) {
      thread.join(10_000);
    }
    Histogram sum = LatencyHistory.totals(log.file()).values().iterator().next();
    assertThat(sum.getTotalCount()).isEqualTo(accepted.sum());
  }

  @Test
  void aPhaseCutsTheOpenIntervalAndItsBeginIsTold() throws IOException {
    LatencyLog log = log();
    log.phase(Phase.WARM_UP);
    ok(log, "lookup-order", 9_000_000);
    clock.advance(Duration.ofMillis(500));
    log.phase(Phase.STEADY);
    ok(log, "lookup-order", 1_000_000);
    second(log);
    log.close();
    assertThat(histograms(log.file()))
        .extracting(EncodableHistogram::getStartTimeStamp, EncodableHistogram::getEndTimeStamp)
        .containsExactly(
            tuple(START.toEpochMilli(), START.toEpochMilli() + 500),
            tuple(START.toEpochMilli() + 500, START.toEpochMilli() + 1500));
    assertThat(phaseEvents)
        .containsExactly("2026-03-01T10:00:00Z warm-up", "2026-03-01T10:00:00.500Z steady");
  }

  @Test
  void valuesThatCannotBeAreRefused() {
    LatencyLog log = log();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ok(log, "lookup-order", -1))
        .withMessageContaining("lookup-order response");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ok(log, "lookup,order", 1))
        .withMessageContaining("kebab-case");
    log.close();
    log.close();
    assertThatIllegalStateException()
        .isThrownBy(() -> ok(log, "lookup-order", 1))
        .withMessageContaining("is closed");
  }

  @Test
  void aRunningLogIsCutAtWholeSeconds() throws Exception {
    LatencyLog log = LatencyLog.open(dir.resolve("ticking.hlog"));
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(2_300);
    while (System.nanoTime() < until) {
      ok(log, "lookup-order", 1_000);
      TimeUnit.MILLISECONDS.sleep(5);
    }
    log.close();
    List<EncodableHistogram> read = histograms(log.file());
    assertThat(read).hasSizeBetween(3, 4);
    for (int i = 0; i + 1 < read.size(); i++) {
      assertThat(read.get(i).getEndTimeStamp())
          .as("but for the rounding of seconds with three digits")
          .isCloseTo(read.get(i + 1).getStartTimeStamp(), within(1L));
      assertThat(read.get(i).getEndTimeStamp() % 1000).isLessThan(200);
    }
  }

  @Test
  void whatCouldNotBeWrittenIsToldAtClose() {
    assumeTrue(Files.isWritable(Path.of("/dev/full")), "there is no /dev/full here");
    Path full = Path.of("/dev/full");
    assertThatThrownBy(
            () -> {
              LatencyLog log =
                  new LatencyLog(
                      full, new FileOutputStream("/dev/full"), clock, false, (at, phase) -> {});
              ok(log, "lookup-order", 1);
              log.close();
            })
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("/dev/full")
        .hasMessageContaining("No space left");
  }

  @Test
  void recordingCostsNanoseconds() {
    LatencyLog log = log();
    for (int i = 0; i < 2_000_000; i++) {
      ok(log, "lookup-order", i);
    }
    int n = 2_000_000;
    long before = System.nanoTime();
    for (int i = 0; i < n; i++) {
      ok(log, "lookup-order", i);
    }
    double each = (System.nanoTime() - before) / (double) n;
    log.close();
    System.out.println("one record costs " + each + " ns");
    // A bound that a loaded machine still keeps; on an idle one it is some 30 ns.
    assertThat(each).isLessThan(2_000);
  }
}
