package dev.citusbench.gatling.probe;

import dev.citusbench.cluster.Cluster;
import dev.citusbench.cluster.ClusterFile;
import dev.citusbench.cluster.Route;
import dev.citusbench.sql.Endpoint;
import dev.citusbench.sql.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * What the probes themselves cost while nothing is broken: the share of all of this machine's cores
 * that is busy with them, by whom they are aimed at, and beside them new connections instead. A
 * measurement on the cluster that is up and loaded, run by its name only:
 *
 * <pre>
 * ./bench up --tuning ha-floor && ./bench load --scale 0.1
 * mvn -pl bench-gatling test -Dtest=ProbeCost -Dsurefire.failIfNoSpecifiedTests=false
 * </pre>
 *
 * The table is in {@code bench-gatling/target/probe-cost.md}. The longest p99 is that of the
 * slowest stream of kept connections.
 */
final class ProbeCost {
  private static final Duration MEASURED = Duration.ofSeconds(10);
  private static final int NEW_MILLIS = 33;

  private final StringBuilder text =
      new StringBuilder(
          """
          | probes | statements/s | new connections/s | processor, all cores | longest p99 |
          |---|---|---|---|---|
          """);

  /** Of {@code /proc/stat}, in its ticks. */
  private record Ticks(long busy, long all) {
    static Ticks read() throws IOException {
      String[] fields = Files.readAllLines(Path.of("/proc/stat")).get(0).strip().split("\\s+", -1);
      long all = 0;
      for (int i = 1; i < fields.length && i <= 8; i++) {
        all += Long.parseLong(fields[i]);
      }
      return new Ticks(all - Long.parseLong(fields[4]) - Long.parseLong(fields[5]), all);
    }

    double shareSince(Ticks before) {
      return (double) (busy - before.busy) / (all - before.all);
    }
  }

  @Test
  void measure() throws Exception {
    Cluster cluster = Cluster.find(checkout()).orElse(null);
    Assumptions.assumeTrue(cluster != null, "no cluster is up");
    ClusterFile file = Objects.requireNonNull(cluster).file();
    Route writer = cluster.route("writer");
    Target target =
        new Target(
            file.engine(),
            new Endpoint(writer.host(), writer.port()),
            List.of(),
            file.database(),
            file.credentials().application().user(),
            file.credentials().application().password(),
            Map.of());
    Map<Integer, Long> tenants = tenants(target, file);
    idle();
    of("of worker1", target, tenants, Set.of(1));
    of("of the coordinator", target, tenants, Set.of(0));
    of("of all groups", target, tenants, Set.of(0, 1, 2));
    fresh(target, Objects.requireNonNull(tenants.get(1)));
    idle();
    Files.writeString(
        Files.createDirectories(Path.of("target")).resolve("probe-cost.md"), text.toString());
    System.out.println(text);
  }

  private void idle() throws IOException, InterruptedException {
    Ticks before = Ticks.read();
    Thread.sleep(MEASURED.toMillis());
    row("none", 0, 0, Ticks.read().shareSince(before), 0);
  }

  private void of(String name, Target target, Map<Integer, Long> tenants, Set<Integer> broken)
      throws IOException, InterruptedException {
    try (Probes probes = new Probes(target, Map.of("connectionTimeout", 2_000), tenants, broken)) {
      probes.start();
      Thread.sleep(Probes.FILLING.multipliedBy(2).toMillis());
      Ticks before = Ticks.read();
      long from = System.nanoTime();
      Thread.sleep(MEASURED.toMillis());
      double share = Ticks.read().shareSince(before);
      long to = System.nanoTime();
      probes.stop();
      List<ProbeStream> all = new ArrayList<>(probes.streams());
      all.addAll(probes.pooledStreams());
      long statements = 0;
      long fresh = 0;
      double p99 = 0;
      for (ProbeStream stream : all) {
        List<Shot> shots =
            stream.shots().stream()
                .filter(shot -> shot.startNanos() - from >= 0 && shot.startNanos() - to < 0)
                .toList();
        statements += shots.size();
        fresh += stream.client().equals("plain-new") ? shots.size() : 0;
        if (stream.client().equals("plain")) {
          p99 = Math.max(p99, p99(shots));
        }
        long failed = shots.stream().filter(shot -> !shot.succeeded()).count();
        System.out.printf(
            Locale.ROOT, "%s %s: %d shots, %d failed%n", name, stream, shots.size(), failed);
      }
      row(name, statements, fresh, share, p99);
    }
  }

  private static double p99(List<Shot> shots) {
    double[] sorted =
        shots.stream().mapToDouble(shot -> shot.endNanos() - shot.startNanos()).sorted().toArray();
    return sorted.length == 0 ? 0 : sorted[(int) (0.99 * (sorted.length - 1))];
  }

  private void fresh(Target target, long tenant) throws IOException, InterruptedException {
    Probe probe =
        number -> {
          try (Connection connection = target.connect();
              Statement statement = connection.createStatement();
              ResultSet rows =
                  statement.executeQuery("select name from tenants where tenant_id = " + tenant)) {
            rows.next();
          }
        };
    try (ProbeStream stream =
        new ProbeStream(
            "plain-new",
            "read",
            1,
            Duration.ofMillis(NEW_MILLIS),
            50,
            Duration.ofSeconds(1),
            probe)) {
      stream.start(Duration.ZERO);
      Thread.sleep(Probes.FILLING.toMillis());
      int already = stream.shots().size();
      Ticks before = Ticks.read();
      Thread.sleep(MEASURED.toMillis());
      double share = Ticks.read().shareSince(before);
      List<Shot> shots = stream.shots();
      List<Shot> measured = shots.subList(already, shots.size());
      row(
          "none, but reads on new connections",
          measured.size(),
          measured.size(),
          share,
          p99(measured));
    }
  }

  private void row(String name, long statements, long fresh, double share, double p99Nanos) {
    text.append(
        String.format(
            Locale.ROOT,
            "| %s | %.0f | %.1f | %.1f %% | %.1f ms |%n",
            name,
            statements / (double) MEASURED.toSeconds(),
            fresh / (double) MEASURED.toSeconds(),
            100 * share,
            p99Nanos / 1e6));
  }

  private static Map<Integer, Long> tenants(Target target, ClusterFile file)
      throws IOException, SQLException {
    String sql =
        Files.readString(
            checkout().resolve("sql/" + file.engine().label() + "/tenant_of_group.sql"));
    Map<Integer, Long> tenants = new TreeMap<>();
    try (Connection connection = target.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        tenants.put(rows.getInt("group_id"), rows.getLong("tenant_id"));
      }
    }
    return tenants;
  }

  private static Path checkout() {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(at.resolve("cluster/tunings"))) {
      at = Objects.requireNonNull(at.getParent(), "runs inside a checkout");
    }
    return at;
  }
}
