package dev.citusbench.jmh;

import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * What a result was measured with, beyond its operation and route, where that is not the default:
 * JMH's parameters and the number of threads, by name.
 */
record Variant(SortedMap<String, String> varied) {
  static final String PROTOCOL = "protocol";
  static final String CONNECTION = "connection";
  static final String ROWS = "rows";
  static final String REWRITE = "rewrite";
  static final String EXECUTOR_POOL = "executorPool";
  static final String CACHED_CONNECTIONS = "cachedConnections";
  static final String SHARDS = "shards";
  private static final String THREADS = "threads";

  /** The value of a parameter that leaves it to the tuning. */
  static final String AS_TUNED = "tuning";

  /** Each parameter with the value that is not worth a word; of shards there is none such. */
  static final Map<String, String> DEFAULTS =
      Map.of(
          PROTOCOL, AS_TUNED,
          CONNECTION, Access.KEPT,
          ROWS, ChunkState.AS_IN_FILE,
          REWRITE, AS_TUNED,
          EXECUTOR_POOL, AS_TUNED,
          CACHED_CONNECTIONS, AS_TUNED,
          SHARDS, "");

  /** What a floor can differ by: all else is read as the cost above it. */
  private static final Set<String> OF_FLOOR = Set.of(PROTOCOL, THREADS);

  static Variant of(Map<String, String> params, int threads) {
    SortedMap<String, String> varied = new TreeMap<>(params);
    varied.remove(Profile.ROUTE);
    varied.entrySet().removeIf(p -> p.getValue().equals(DEFAULTS.get(p.getKey())));
    if (threads != 1) {
      varied.put(THREADS, String.valueOf(threads));
    }
    return new Variant(varied);
  }

  static Variant of(BenchmarkParams params) {
    Map<String, String> values = new TreeMap<>();
    params.getParamsKeys().forEach(key -> values.put(key, params.getParam(key)));
    return of(values, params.getThreads());
  }

  int threads() {
    return Integer.parseInt(varied.getOrDefault(THREADS, "1"));
  }

  /** The floor that this is read against: that of the same protocol and number of threads. */
  Variant floor() {
    SortedMap<String, String> kept = new TreeMap<>(varied);
    kept.keySet().retainAll(OF_FLOOR);
    return new Variant(kept);
  }

  /** As {@code run.json} has it; null where nothing was varied. */
  @Nullable String text() {
    return varied.isEmpty() ? null : toString();
  }

  /** {@code rows=10 threads=4}. */
  @Override
  public String toString() {
    return varied.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .collect(Collectors.joining(" "));
  }
}
