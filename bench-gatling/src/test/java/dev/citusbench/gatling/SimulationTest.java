package dev.citusbench.gatling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.citusbench.results.TimePart;
import dev.citusbench.session.Arrivals;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SimulationTest {
  @TempDir Path folder;

  @Test
  void aSimulationRunsToItsEndAndRecordsEachRequestOnce() throws Exception {
    try (TrafficRun run = TrafficRun.start(folder, Map.of("failing", "true"), true)) {
      run.awaitEnd();
      assertThat(run.text("requests")).isEqualTo("1200");
    }
    Map<String, Long> counts = counts(folder.resolve("latency.hlog"));
    assertThat(counts).hasSize(10);
    for (TimePart part : TimePart.values()) {
      assertThat(counts).containsEntry("no-op/" + part + "/ok", 1080L);
      assertThat(counts).containsEntry("no-op/" + part + "/failed", 120L);
    }
    assertThat(folder.resolve("gatling")).isDirectoryRecursivelyContaining("glob:**/index.html");
  }

  @Test
  void poissonArrivalsAreAllSentAndKeepToTheirSchedule() throws Exception {
    long due = new ArrivalSchedule(Arrivals.POISSON, 100, 3).count(0, 3_000_000_000L);
    try (TrafficRun run =
        TrafficRun.start(
            folder, Map.of("arrivals", "POISSON", "rate", "100", "seed", "3"), false)) {
      run.awaitEnd();
      assertThat(run.text("requests")).isEqualTo(Long.toString(due));
    }
  }

  private static Map<String, Long> counts(Path log) throws IOException {
    Map<String, Long> counts = new TreeMap<>();
    try (HistogramLogReader reader = new HistogramLogReader(log.toFile())) {
      while (reader.hasNext()) {
        if (reader.nextIntervalHistogram() instanceof Histogram interval) {
          counts.merge(interval.getTag(), interval.getTotalCount(), Long::sum);
        }
      }
    }
    return counts;
  }
}
