package dev.citusbench.gatling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.citusbench.results.TimePart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SimulationTest {
  @TempDir Path folder;

  @Test
  void aSimulationRunsToItsEndAndRecordsEachRequestOnce() throws Exception {
    Path result = folder.resolve("result");
    Path log = folder.resolve("latency.hlog");
    Path output = folder.resolve("output");
    List<String> command =
        GatlingCommand.of(
            StubSimulation.class,
            System.getProperty("java.class.path"),
            List.of("-Dstub.result=" + result, "-Dstub.log=" + log),
            folder.resolve("gatling"),
            true);
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    assertThat(Files.readString(result)).startsWith("ended 1200, errors {SQLSTATE 40001=120}");
    Map<String, Long> counts = counts(log);
    assertThat(counts).hasSize(10);
    for (TimePart part : TimePart.values()) {
      assertThat(counts).containsEntry("stub/" + part + "/ok", 1080L);
      assertThat(counts).containsEntry("stub/" + part + "/failed", 120L);
    }
    assertThat(folder.resolve("gatling")).isDirectoryRecursivelyContaining("glob:**/index.html");
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
