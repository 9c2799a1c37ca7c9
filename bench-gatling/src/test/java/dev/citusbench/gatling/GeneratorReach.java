package dev.citusbench.gatling;

import dev.citusbench.cluster.Cluster;
import dev.citusbench.cluster.ClusterFile;
import dev.citusbench.cluster.Route;
import dev.citusbench.results.Outcome;
import dev.citusbench.results.TimePart;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How far the load generator goes: its rate error, lag and processor share at several rates, for
 * {@code select 1} through the route {@code writer} of the cluster that is up and, where none is,
 * for a request that does nothing. A measurement, run by its name only:
 *
 * <pre>
 * mvn -pl bench-gatling test -Dtest=GeneratorReach -Dsurefire.failIfNoSpecifiedTests=false -Dreach.rates=100,1000 -Dreach.seconds=60
 * </pre>
 *
 * The table is in {@code bench-gatling/target/generator-reach.md}.
 */
final class GeneratorReach {
  @TempDir Path root;

  @Test
  void measure() throws Exception {
    Path table = Files.createDirectories(Path.of("target")).resolve("generator-reach.md");
    StringBuilder text = new StringBuilder();
    text.append(
        """
        | operation | requests/s | handed over | rate error | lag p50 | p99 | p99.9 | max | longest pause | collections | longest | processor | response p50 | p99 |
        |---|---|---|---|---|---|---|---|---|---|---|---|---|---|
        """);
    Map<String, String> target = target();
    for (String rate : System.getProperty("reach.rates", "100,200,500,1000,2000").split(",", -1)) {
      text.append(row(target, rate));
      Files.writeString(table, text);
    }
  }

  private String row(Map<String, String> target, String rate) throws Exception {
    Map<String, String> settings = new HashMap<>(target);
    settings.put("rate", rate);
    settings.put("warmup", System.getProperty("reach.warmup", "5"));
    settings.put("steady", System.getProperty("reach.seconds", "60"));
    settings.put("connections", "16");
    String operation = target.isEmpty() ? "no-op" : "floor";
    Path folder = Files.createDirectory(root.resolve(operation + "-" + rate));
    try (TrafficRun run = TrafficRun.start(folder, settings, false)) {
      run.awaitEnd();
      Figures response = run.figures(TimePart.RESPONSE, Outcome.OK);
      return String.format(
          Locale.ROOT,
          "| %s | %s | %s | %+.4f %% | %.3f ms | %.3f ms | %.3f ms | %.1f ms | %.1f ms | %.0f |"
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
          run.text("reasons").isEmpty() ? "" : " " + run.text("reasons"));
    }
  }

  private static Map<String, String> target() {
    Optional<Cluster> up = Cluster.find(checkout());
    if (up.isEmpty()) {
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
