package dev.citusbench.gatling;

import dev.citusbench.cluster.Cluster;
import dev.citusbench.cluster.ClusterFile;
import dev.citusbench.cluster.Route;
import dev.citusbench.results.BenchException;
import dev.citusbench.results.Outcome;
import dev.citusbench.results.TimePart;
import dev.citusbench.session.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How far the load generator goes: its rate error, lag and processor share at several rates, for
 * {@code select 1} through the route {@code writer} of the cluster that is up and, where none is or
 * {@code reach.operation=no-op} asks for it, for a request that does nothing. From the rate {@code
 * reach.climb} on, where that is given, the rate is doubled until it is missed or lag grows too
 * large. A measurement, run by its name only:
 *
 * <pre>
 * mvn -pl bench-gatling test -Dtest=GeneratorReach -Dsurefire.failIfNoSpecifiedTests=false -Dreach.rates=100,1000 -Dreach.seconds=60
 * mvn -pl bench-gatling test -Dtest=GeneratorReach -Dsurefire.failIfNoSpecifiedTests=false -Dreach.operation=no-op -Dreach.climb=4000
 * </pre>
 *
 * The table is in {@code bench-gatling/target/generator-reach.md}.
 */
final class GeneratorReach {
  /** The limit is reached with an error of the rate of more than this, or with lag beyond that. */
  private static final double RATE_ERROR = Verdict.RATE_TOLERANCE;

  private static final double LAG_P99_NANOS = 2e6;

  @TempDir Path root;

  private final StringBuilder table =
      new StringBuilder(
          """
          | operation | requests/s | handed over | rate error | lag p50 | p99 | p99.9 | max | longest pause | collections | longest | processor | response p50 | p99 |
          |---|---|---|---|---|---|---|---|---|---|---|---|---|---|
          """);

  @Test
  void measure() throws Exception {
    Map<String, String> target = target();
    for (String rate : System.getProperty("reach.rates", "100,200,500,1000,2000").split(",", -1)) {
      var unused = reaches(target, Integer.parseInt(rate));
    }
    Integer climb = Integer.getInteger("reach.climb");
    if (climb != null) {
      write(climb(target, climb));
    }
  }

  private String climb(Map<String, String> target, int from) throws Exception {
    int rate = from;
    while (fits(rate)) {
      if (!reaches(target, rate)) {
        return "%nThe limit is below %d requests/s.%n".formatted(rate);
      }
      rate *= 2;
    }
    return "%nThe limit was not reached: %d requests/s for %d s do not fit into the heap.%n"
        .formatted(rate, seconds());
  }

  private static boolean fits(int rate) {
    try {
      DueRequests.requireRoom(
          rate,
          Duration.ofSeconds(warmupSeconds() + seconds()),
          List.of(Settings.Name.DURATION),
          GatlingCommand.HEAP_BYTES);
      return true;
    } catch (BenchException e) {
      return false;
    }
  }

  private static int warmupSeconds() {
    return Integer.getInteger("reach.warmup", 5);
  }

  private static int seconds() {
    return Integer.getInteger("reach.seconds", 60);
  }

  private void write(String text) throws IOException {
    System.out.print(text);
    Path file = Files.createDirectories(Path.of("target")).resolve("generator-reach.md");
    Files.writeString(file, table.append(text));
  }

  /** Measures a rate, and tells whether the generator kept to it. */
  private boolean reaches(Map<String, String> target, int rate) throws Exception {
    Map<String, String> settings = new HashMap<>(target);
    settings.put("rate", Integer.toString(rate));
    settings.put("warmup", Integer.toString(warmupSeconds()));
    settings.put("steady", Integer.toString(seconds()));
    settings.put("connections", "16");
    String operation = target.isEmpty() ? "no-op" : "floor";
    Path folder = Files.createDirectory(root.resolve(operation + "-" + rate));
    try (TrafficRun run = TrafficRun.start(folder, settings, false)) {
      run.awaitEnd();
      Figures response = run.figures(TimePart.RESPONSE, Outcome.OK);
      write(
          String.format(
              Locale.ROOT,
              "| %s | %d | %s | %+.4f %% | %.3f ms | %.3f ms | %.3f ms | %.1f ms | %.1f ms | %.0f |"
                  + " %.0f ms | %.1f %% | %.3f ms | %.3f ms |%s%n",
              operation,
              rate,
              run.text("generator.realTime").equals("true") ? "in real time" : "not in real time",
              100 * run.number("rateError"),
              run.number("lagP50Nanos") / 1e6,
              run.number("lagP99Nanos") / 1e6,
              run.number("lagP999Nanos") / 1e6,
              run.number("lagMaxNanos") / 1e6,
              run.number("hiccupMaxNanos") / 1e6,
              run.number("collections"),
              run.number("longestCollectionMillis"),
              100 * run.number("processorShare"),
              response.p50() / 1e6,
              response.p99() / 1e6,
              run.text("reasons").isEmpty() ? "" : " " + run.text("reasons").replace('\n', ' ')));
      return Math.abs(run.number("rateError")) <= RATE_ERROR
          && run.number("lagP99Nanos") <= LAG_P99_NANOS;
    }
  }

  private static Map<String, String> target() {
    Optional<Cluster> up = Cluster.find(checkout());
    if (up.isEmpty() || System.getProperty("reach.operation", "floor").equals("no-op")) {
      return Map.of();
    }
    ClusterFile file = up.get().file();
    Route writer = up.get().route("writer");
    return Map.of(
        "url",
        "jdbc:postgresql://%s:%d/%s".formatted(writer.host(), writer.port(), file.database()),
        "user",
        file.credentials().application().user(),
        "password",
        file.credentials().application().password());
  }

  private static Path checkout() {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(at.resolve("cluster/tunings"))) {
      at = Objects.requireNonNull(at.getParent(), "runs inside a checkout");
    }
    return at;
  }
}
