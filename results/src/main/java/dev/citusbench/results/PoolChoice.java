package dev.citusbench.results;

import dev.citusbench.results.Manifest.OperationResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which {@code citus.max_adaptive_executor_pool_size} was best for an operation in one run: the
 * smallest whose p50 is at most 3 % above the smallest p50. One run is no evidence of small
 * differences, and a smaller pool takes fewer connections from others. {@code fan-out} is left out:
 * it runs without Citus' slow start, which decides how much of a pool a short query gets to use.
 *
 * @param operation with what else was varied
 * @param pools in ascending order, two or more
 * @param bestAboveFloorNanos what the best costs above {@code select 1} by the same route, protocol
 *     and number of threads; null where that was not measured
 * @param defaultAboveBest what the default costs beyond the best, as a share of the best's p50: 0.1
 *     for 10 % more; null where the default was not measured
 */
record PoolChoice(
    String operation,
    String route,
    List<Measured> pools,
    int best,
    @Nullable Long bestAboveFloorNanos,
    @Nullable Double defaultAboveBest) {

  /** Citus' own default. */
  static final int DEFAULT = 16;

  /** The smallest effect of interest. */
  static final double TOLERANCE = 0.03;

  private static final Pattern NUMBER = Pattern.compile("[0-9]+");

  /** The median with one size of the pool. */
  record Measured(int pool, long p50Nanos) {}

  PoolChoice {
    pools = List.copyOf(pools);
  }

  private record Key(String operation, String variant, String route) {
    String label() {
      return variant.isEmpty() ? operation : operation + " " + variant;
    }
  }

  /** One for each operation, variant and route that was measured with two pools or more. */
  static List<PoolChoice> of(Manifest manifest) {
    Map<Key, SortedMap<Integer, OperationResult>> measured =
        new TreeMap<>(
            Comparator.comparing(Key::operation)
                .thenComparing(Key::route)
                .thenComparing(PoolChoice::byNumbers));
    for (OperationResult row : manifest.operations()) {
      VariantValues variant = VariantValues.of(row);
      if (FanOutModel.isCost(row)
          && !row.name().equals(FanOutModel.OPERATION)
          && Percentile.P50.standsOn(row.count())
          && row.p50Nanos() > 0) {
        variant
            .number(FanOutModel.POOL)
            .ifPresent(
                pool ->
                    measured
                        .computeIfAbsent(
                            new Key(
                                row.name(), variant.without(FanOutModel.POOL).text(), row.route()),
                            key -> new TreeMap<>())
                        .putIfAbsent(pool, row));
      }
    }
    return measured.entrySet().stream()
        .filter(entry -> entry.getValue().size() > 1)
        .map(entry -> of(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static PoolChoice of(Key key, SortedMap<Integer, OperationResult> byPool) {
    List<Measured> pools = new ArrayList<>();
    byPool.forEach((pool, row) -> pools.add(new Measured(pool, row.p50Nanos())));
    long least = pools.stream().mapToLong(Measured::p50Nanos).min().orElseThrow();
    Measured best =
        pools.stream()
            .filter(each -> each.p50Nanos <= least * (1 + TOLERANCE))
            .findFirst()
            .orElseThrow();
    OperationResult ofBest = Objects.requireNonNull(byPool.get(best.pool));
    OperationResult ofDefault = byPool.get(DEFAULT);
    return new PoolChoice(
        key.label(),
        key.route,
        pools,
        best.pool,
        ofBest.floorNanos() == null ? null : best.p50Nanos - ofBest.floorNanos(),
        ofDefault == null ? null : (double) ofDefault.p50Nanos() / best.p50Nanos - 1);
  }

  /** Sorts {@code shards=8} before {@code shards=16}. */
  private static String byNumbers(Key key) {
    return NUMBER.matcher(key.variant).replaceAll(number -> "%9s".formatted(number.group()));
  }
}
