package dev.citusbench.results;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.HdrHistogram.PackedHistogram;
import org.jspecify.annotations.Nullable;

/**
 * Makes rows for {@code run.json} out of latencies: one for each series, fault and phase that has
 * values. For one thread at a time.
 */
public final class PhaseSums {
  private final Map<Part, Duration> lengths = new HashMap<>();
  private final Map<Series, Map<Part, PackedHistogram>> sums = new TreeMap<>();

  /** A phase, and the fault that it is about; faults in their order, what is about none first. */
  private record Part(@Nullable Integer fault, Phase phase) implements Comparable<Part> {
    private static final Comparator<Part> ORDER =
        Comparator.comparingInt((Part part) -> part.fault == null ? -1 : part.fault)
            .thenComparing(Part::phase);

    @Override
    public int compareTo(Part other) {
      return ORDER.compare(this, other);
    }
  }

  /** Adds to the time that a phase lasted, over which its rates count. */
  public void lasted(Phase phase, @Nullable Integer fault, Duration length) {
    lengths.merge(new Part(fault, phase), length, Duration::plus);
  }

  /** Adds one latency. */
  public void add(Series series, Phase phase, @Nullable Integer fault, long nanos) {
    sum(series, new Part(fault, phase)).recordValue(Math.min(nanos, LatencyLog.HIGHEST_NANOS));
  }

  private PackedHistogram sum(Series series, Part part) {
    return sums.computeIfAbsent(series, of -> new TreeMap<>())
        .computeIfAbsent(
            part, of -> new PackedHistogram(1, LatencyLog.HIGHEST_NANOS, LatencyLog.DIGITS));
  }

  /**
   * The rows, by operation, time and outcome.
   *
   * @param described says for an operation what its rows say beside the figures
   */
  public List<Manifest.OperationResult> rows(Function<String, LatencyLog.Described> described) {
    List<Manifest.OperationResult> rows = new ArrayList<>();
    sums.forEach(
        (series, byPart) -> {
          LatencyLog.Described facts = described.apply(series.operation());
          byPart.forEach((part, histogram) -> rows.add(row(series, part, histogram, facts)));
        });
    return rows;
  }

  private Manifest.OperationResult row(
      Series series, Part part, PackedHistogram histogram, LatencyLog.Described facts) {
    long count = histogram.getTotalCount();
    double seconds = lengths.getOrDefault(part, Duration.ZERO).toNanos() / 1e9;
    return new Manifest.OperationResult(
        series.operation(),
        facts.planClass(),
        facts.tasks(),
        facts.source(),
        facts.route(),
        series.outcome(),
        series.time(),
        part.phase,
        part.fault,
        count,
        seconds > 0 ? count / seconds : 0,
        histogram.getMean(),
        histogram.getValueAtPercentile(50),
        histogram.getValueAtPercentile(90),
        histogram.getValueAtPercentile(99),
        histogram.getValueAtPercentile(99.9),
        histogram.getMaxValue(),
        null,
        null,
        null,
        Map.of(),
        Map.of());
  }
}
