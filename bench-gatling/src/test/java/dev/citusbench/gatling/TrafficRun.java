package dev.citusbench.gatling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.citusbench.results.Outcome;
import dev.citusbench.results.TimePart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;

/** {@link TrafficSimulation} in a JVM of its own, started as the commands start a simulation. */
final class TrafficRun implements AutoCloseable {
  private final Path folder;
  private final Process process;
  private final Properties result = new Properties();

  private TrafficRun(Path folder, Process process) {
    this.folder = folder;
    this.process = process;
  }

  /** Starts it; {@code settings} are its properties without their prefix. */
  static TrafficRun start(Path folder, Map<String, String> settings, boolean report)
      throws IOException {
    List<String> options = new ArrayList<>();
    settings.forEach((name, value) -> options.add("-Dtraffic." + name + "=" + value));
    options.add("-Dtraffic.folder=" + folder);
    Process process =
        new ProcessBuilder(
                GatlingCommand.of(
                    TrafficSimulation.class,
                    System.getProperty("java.class.path"),
                    options,
                    folder.resolve("gatling"),
                    report))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output").toFile())
            .start();
    return new TrafficRun(folder, process);
  }

  long pid() {
    return process.pid();
  }

  /**
   * When its schedule starts, on the clock of {@link System#nanoTime()}: which is the machine's
   * monotonic clock, and so the same in all processes.
   */
  long awaitStart() throws IOException, InterruptedException {
    Path start = folder.resolve("start");
    long end = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (!Files.exists(start)) {
      assertThat(process.isAlive()).as("%s", output()).isTrue();
      assertThat(System.nanoTime()).as("no start; %s", output()).isLessThan(end);
      Thread.sleep(5);
    }
    return Long.parseLong(Files.readString(start));
  }

  void awaitEnd() throws IOException, InterruptedException {
    assertThat(process.waitFor(3, TimeUnit.MINUTES)).as("ends; %s", output()).isTrue();
    assertThat(process.exitValue()).as("%s", output()).isZero();
    try (var in = Files.newBufferedReader(folder.resolve("result.properties"))) {
      result.load(in);
    }
  }

  private String output() throws IOException {
    return Files.readString(folder.resolve("output"));
  }

  /** What the record has of the steady phase; all zero where it has nothing. */
  Figures figures(TimePart part, Outcome outcome) {
    return Figures.parse(result.getProperty(part + "." + outcome, "0 0 0 0 0 0"));
  }

  String text(String name) {
    return result.getProperty(name);
  }

  /** A component of how the generator did. */
  double number(String component) {
    return Double.parseDouble(text("generator." + component));
  }

  /** How many responses of the whole log took at least so long. */
  long later(long nanos) throws IOException {
    long later = 0;
    try (HistogramLogReader reader =
        new HistogramLogReader(folder.resolve("latency.hlog").toFile())) {
      while (reader.hasNext()) {
        if (reader.nextIntervalHistogram() instanceof Histogram interval
            && interval.getTag().endsWith("/response/ok")
            && interval.getMaxValue() >= nanos) {
          later += interval.getCountBetweenValues(nanos, interval.getMaxValue());
        }
      }
    }
    return later;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
