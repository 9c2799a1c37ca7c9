package dev.citusbench.results;

import dev.citusbench.results.Manifest.OperationResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Acknowledged rows a second of one way in, over the number of clients that write at once, each in
 * a closed loop with a connection of its own.
 *
 * @param path operation, and what was varied beyond the clients
 * @param points by clients, ascending; at least one
 * @param knee null where there are too few points for one
 */
record InsertScaling(String path, String route, List<Point> points, @Nullable Knee knee) {
  /** More rows a second than this share above are worth more clients. */
  static final double GAIN = 0.05;

  /** With fewer numbers of clients there is no knee to speak of. */
  static final int FEWEST = 3;

  /** The rule in words. */
  static final String RULE =
      "The knee is the smallest number of clients from which no larger number that was measured"
          + " gives 5 % more rows a second; it takes at least 3 numbers of clients.";

  private static final String THREADS = "threads";

  /**
   * One number of clients. What nobody counted is null.
   *
   * @param ofFloorRate {@code perSecond} as a share of what as many clients have of {@code select
   *     1} by the same route and protocol
   * @param commitsPerSecond on all groups' primaries
   * @param walBytesPerRow written on all groups' primaries
   * @param clientCpuNanos that the measuring process used for an operation
   * @param busy as in the row
   */
  record Point(
      int clients,
      double rowsPerSecond,
      double perSecond,
      @Nullable Double ofFloorRate,
      @Nullable Double commitsPerSecond,
      @Nullable Double walBytesPerRow,
      @Nullable Double walBytesPerSecond,
      @Nullable Double clientCpuNanos,
      Map<String, Double> busy) {

    private static Point of(int clients, OperationResult row, @Nullable Double floorPerSecond) {
      double rows = Objects.requireNonNullElse(row.rowsPerSecond(), 0.0);
      Double wal = aSecond(row, "walBytes");
      return new Point(
          clients,
          rows,
          row.perSecond(),
          floorPerSecond == null ? null : row.perSecond() / floorPerSecond,
          aSecond(row, "commits"),
          wal == null || rows <= 0 ? null : wal / rows,
          wal,
          row.perOperation().get("clientCpuNanos"),
          row.busy());
    }

    private static @Nullable Double aSecond(OperationResult row, String used) {
      Double perOperation = row.perOperation().get(used);
      return perOperation == null ? null : perOperation * row.perSecond();
    }
  }

  /**
   * Where more clients stop to bring more rows.
   *
   * @param clients null where it was not reached
   * @param bottleneck what was used up there; null with {@code clients}
   * @param sentence what a reader is told
   */
  record Knee(@Nullable Integer clients, @Nullable Bottleneck bottleneck, String sentence) {}

  InsertScaling {
    points = List.copyOf(points);
  }

  private record Key(String path, String route) {}

  /** What a floor can differ by. */
  private record Floor(String route, Map<String, String> varied) {
    static Floor under(OperationResult row) {
      Map<String, String> varied = new TreeMap<>(VariantValues.of(row).byName());
      varied.keySet().retainAll(Set.of(THREADS, "protocol"));
      return new Floor(row.route(), varied);
    }
  }

  /** Rates of {@code select 1}. */
  private static Map<Floor, Double> floors(Manifest manifest) {
    Map<Floor, Double> floors = new HashMap<>();
    for (OperationResult row : manifest.operations()) {
      if (row.source() == Source.JMH
          && row.name().equals("floor")
          && row.floorNanos() == null
          && row.perSecond() > 0) {
        floors.put(Floor.under(row), row.perSecond());
      }
    }
    return floors;
  }

  /**
   * The fastest first. A way in with one number of clients, of which nobody recorded what it used,
   * is left out: the table of insert throughput says all that is known of it.
   */
  static List<InsertScaling> of(Manifest manifest) {
    Map<Key, SortedMap<Integer, OperationResult>> paths =
        new TreeMap<>(Comparator.comparing(Key::path).thenComparing(Key::route));
    for (OperationResult row : manifest.operations()) {
      VariantValues variant = VariantValues.of(row);
      int clients = variant.has(THREADS) ? variant.number(THREADS).orElse(0) : 1;
      if (row.source() == Source.JMH
          && row.outcome() == Outcome.OK
          && row.rowsPerSecond() != null
          && clients > 0) {
        String rest = variant.without(THREADS).text();
        paths
            .computeIfAbsent(
                new Key(rest.isEmpty() ? row.name() : row.name() + " " + rest, row.route()),
                key -> new TreeMap<>())
            .putIfAbsent(clients, row);
      }
    }
    Map<Floor, Double> floors = floors(manifest);
    return paths.entrySet().stream()
        .filter(entry -> tells(entry.getValue()))
        .map(entry -> of(entry.getKey(), entry.getValue(), floors))
        .sorted(Comparator.comparingDouble(InsertScaling::most).reversed())
        .toList();
  }

  private static boolean tells(SortedMap<Integer, OperationResult> byClients) {
    return byClients.size() > 1
        || byClients.values().stream().anyMatch(row -> !row.perOperation().isEmpty());
  }

  private static InsertScaling of(
      Key key, SortedMap<Integer, OperationResult> byClients, Map<Floor, Double> floors) {
    List<Point> points = new ArrayList<>();
    byClients.forEach(
        (clients, row) -> points.add(Point.of(clients, row, floors.get(Floor.under(row)))));
    return new InsertScaling(key.path, key.route, points, knee(points));
  }

  private double most() {
    return points.stream().mapToDouble(Point::rowsPerSecond).max().orElse(0);
  }

  private static @Nullable Knee knee(List<Point> points) {
    if (points.size() < FEWEST) {
      return null;
    }
    int last = points.size() - 1;
    int at = last;
    double mostOfLarger = 0;
    for (int i = last; i >= 0; i--) {
      double rows = points.get(i).rowsPerSecond;
      if (mostOfLarger < rows * (1 + GAIN)) {
        at = i;
      }
      mostOfLarger = Math.max(mostOfLarger, rows);
    }
    Point knee = points.get(at);
    if (at == last) {
      return new Knee(null, null, "Not reached by %d clients.".formatted(knee.clients));
    }
    Bottleneck bottleneck = Bottleneck.of(knee.busy);
    return new Knee(
        knee.clients,
        bottleneck,
        "At %d %s with %s rows/s. %s"
            .formatted(
                knee.clients,
                knee.clients == 1 ? "client" : "clients",
                Units.number(Math.rint(knee.rowsPerSecond)),
                bottleneck.sentence()));
  }
}
