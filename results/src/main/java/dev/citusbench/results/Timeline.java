package dev.citusbench.results;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Response times, throughput and errors over time, by the time at which requests ended.
 *
 * @param start of the first bin
 * @param binSeconds 1 for all but very long runs
 * @param bins how many there are
 * @param idle where no load was under way, in the order of time
 */
record Timeline(Instant start, int binSeconds, int bins, List<Idle> idle, List<Lane> lanes) {
  private static final int MOST_BINS = 1_800;

  /** The first and the last bin are shorter; no rate is made of less than this. */
  private static final double SHORTEST_SECONDS = 0.25;

  /** Bins that may still get values: parts are merged by the start of their intervals. */
  private static final int OPEN_BINS = 4;

  /**
   * One operation, or one class of them, bin by bin.
   *
   * @param p50 nanoseconds of the requests that succeeded, null where none did
   * @param ok requests a second that succeeded, null where no load was under way
   * @param failed requests a second that failed, likewise
   */
  record Lane(
      String name,
      List<@Nullable Long> p50,
      List<@Nullable Long> p99,
      List<@Nullable Long> max,
      List<@Nullable Double> ok,
      List<@Nullable Double> failed) {}

  /** Bins between two loads, from the first up to another, which is excluded. */
  record Idle(int from, int to) {
    private boolean holds(int bin) {
      return bin >= from && bin < to;
    }
  }

  /** Sums the histograms as they come, in about the order of time. */
  static final class Builder {
    private final Instant start;
    private final int binSeconds;
    private final int bins;
    private final double[] binLengths;
    private final Map<String, Growing> lanes = new TreeMap<>();

    Builder(Instant from, Instant to) {
      this.start = Instant.ofEpochSecond(from.getEpochSecond());
      double last = Duration.between(start, to).toMillis() / 1000.0;
      long seconds = Math.max(1, (long) Math.ceil(last));
      this.binSeconds = (int) ((seconds + MOST_BINS - 1) / MOST_BINS);
      this.bins = (int) ((seconds + binSeconds - 1) / binSeconds);
      this.binLengths = new double[bins];
      double first = Duration.between(start, from).toMillis() / 1000.0;
      for (int bin = 0; bin < bins; bin++) {
        double covered =
            Math.min(last, (bin + 1.0) * binSeconds) - Math.max(first, (double) bin * binSeconds);
        binLengths[bin] = Math.max(SHORTEST_SECONDS, covered);
      }
    }

    void add(String lane, Outcome outcome, Instant middle, Histogram histogram) {
      Growing growing = lanes.computeIfAbsent(lane, name -> new Growing(name, bins));
      growing.add(bin(middle), outcome, histogram);
    }

    private int bin(Instant at) {
      int bin = (int) (Duration.between(start, at).toSeconds() / binSeconds);
      return Math.max(0, Math.min(bins - 1, bin));
    }

    /**
     * The timeline.
     *
     * @param loads when each load began. That one ended is not recorded: no load was under way in
     *     the bins without any request before the next began. Others without any are an outage
     */
    Timeline build(Collection<Instant> loads) {
      List<Idle> idle =
          loads.stream()
              .sorted()
              .map(this::idleAround)
              .filter(each -> each.from > 0 && each.to > each.from)
              .toList();
      List<Lane> done = new ArrayList<>();
      lanes.values().forEach(lane -> done.add(lane.finish(binLengths, idle)));
      return new Timeline(start, binSeconds, bins, idle, done);
    }

    private Idle idleAround(Instant load) {
      int from = bin(load);
      int to = from;
      while (from > 0 && isEmpty(from - 1)) {
        from--;
      }
      while (to < bins && isEmpty(to)) {
        to++;
      }
      return new Idle(from, to);
    }

    private boolean isEmpty(int bin) {
      return lanes.values().stream().allMatch(lane -> lane.ok[bin] + lane.failed[bin] == 0);
    }
  }

  /** A lane while its last bins are open. */
  private static final class Growing {
    private final String name;
    private final @Nullable Long[] p50;
    private final @Nullable Long[] p99;
    private final @Nullable Long[] max;
    private final long[] ok;
    private final long[] failed;
    private final TreeMap<Integer, Histogram> open = new TreeMap<>();

    Growing(String name, int bins) {
      this.name = name;
      this.p50 = new Long[bins];
      this.p99 = new Long[bins];
      this.max = new Long[bins];
      this.ok = new long[bins];
      this.failed = new long[bins];
    }

    void add(int bin, Outcome outcome, Histogram histogram) {
      switch (outcome) {
        case OK -> {
          ok[bin] += histogram.getTotalCount();
          open.computeIfAbsent(bin, b -> new Histogram(LatencyLog.DIGITS)).add(histogram);
          while (open.lastKey() - open.firstKey() > OPEN_BINS) {
            close(open.firstKey());
          }
        }
        case FAILED -> failed[bin] += histogram.getTotalCount();
      }
    }

    private void close(int bin) {
      Histogram histogram = open.remove(bin);
      if (histogram != null) {
        p50[bin] = histogram.getValueAtPercentile(50);
        p99[bin] = histogram.getValueAtPercentile(99);
        max[bin] = histogram.getMaxValue();
      }
    }

    Lane finish(double[] binLengths, List<Idle> idle) {
      while (!open.isEmpty()) {
        close(open.firstKey());
      }
      return new Lane(
          name,
          list(p50),
          list(p99),
          list(max),
          rates(ok, binLengths, idle),
          rates(failed, binLengths, idle));
    }

    private static List<@Nullable Long> list(@Nullable Long[] values) {
      List<@Nullable Long> list = new ArrayList<>(values.length);
      for (Long value : values) {
        list.add(value);
      }
      return list;
    }

    private static List<@Nullable Double> rates(
        long[] counts, double[] binLengths, List<Idle> idle) {
      List<@Nullable Double> rates = new ArrayList<>(counts.length);
      for (int i = 0; i < counts.length; i++) {
        int bin = i;
        rates.add(
            idle.stream().anyMatch(each -> each.holds(bin))
                ? null
                : (Double) (Math.round(counts[bin] / binLengths[bin] * 100) / 100.0));
      }
      return rates;
    }
  }
}
