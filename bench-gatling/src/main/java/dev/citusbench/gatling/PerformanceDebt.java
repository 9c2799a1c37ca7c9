package dev.citusbench.gatling;

import dev.citusbench.results.Manifest.Debt;
import dev.citusbench.results.Outcome;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What a fault cost in response time, until that is as before: of the load's requests of one
 * tenant, since those over several shards are too few to have a p99.
 *
 * <p>An interval of {@link #INTERVAL_NANOS}, to which a request belongs by its due time, is good
 * where no more of its {@code n} requests failed or took longer than 1.1 times the p99 of the quiet
 * time before than {@link #allowed} of {@code n}: if the p99 is within 10 % of what it was, one in
 * a hundred does, and in 95 of 100 intervals no more than that number. An interval's own p99 would
 * say nothing: of a hundred requests it is the slowest but one. Full performance is back at the
 * first of {@link #GOOD} good intervals in a row.
 *
 * <p>The area between the curve of response times and its steady state is the sum, over all
 * requests that were due until then and were answered, of response time less the mean of the same
 * operation in the quiet time before. Its unit is request × second. (By Little's law it is also how
 * many more requests than before were under way, over time; divided by the arrival rate it is the
 * area under the curve of the mean, in seconds × second.) It is as exact as the requests' times,
 * and can be a little below 0 where there was nothing to pay. Failed requests are in none of it:
 * how long they would have had to wait is not known. They are counted beside it.
 */
final class PerformanceDebt {
  static final long INTERVAL_NANOS = 1_000_000_000;

  /** Intervals in a row that have to be good. */
  static final int GOOD = 5;

  private static final double SHARE = 0.01;
  private static final double CONFIDENCE = 0.95;

  /** Normal quantile of {@link #CONFIDENCE}. */
  private static final double NORMAL = 1.645;

  /** From here on the binomial distribution is as good as normal. */
  private static final int LARGE = 10_000;

  private PerformanceDebt() {}

  private static final class Sum {
    private double nanos;
    private long count;

    double mean() {
      return count == 0 ? 0 : nanos / count;
    }
  }

  /** Of one second. */
  private static final class Interval {
    private int requests;
    private int slow;
    private long failed;
    private double moreNanos;

    boolean isGood() {
      return requests > 0 && slow <= allowed(requests);
    }
  }

  /** The debt; null where no request of one tenant was answered in the quiet time before. */
  static @Nullable Debt of(DueRequests requests, FaultWatch watch) {
    Histogram before = new Histogram(BlastRadius.DIGITS);
    Map<String, Sum> sums = new HashMap<>();
    requests.each(
        (operation, outcome, scope, due, response) -> {
          if (watch.isQuiet(due) && scope.group() != Scope.ALL && outcome == Outcome.OK) {
            before.recordValue(Math.max(0, response));
            Sum sum = sums.computeIfAbsent(operation, name -> new Sum());
            sum.nanos += response;
            sum.count++;
          }
        });
    if (before.getTotalCount() == 0) {
      return null;
    }
    long watchedNanos = watch.watchedNanos() - watch.openedNanos();
    Interval[] intervals =
        IntStream.range(0, (int) (watchedNanos / INTERVAL_NANOS))
            .mapToObj(i -> new Interval())
            .toArray(Interval[]::new);
    long p99 = before.getValueAtPercentile(99);
    requests.each(
        (operation, outcome, scope, due, response) -> {
          long at = due - watch.openedNanos();
          if (scope.group() == Scope.ALL || at < 0 || at / INTERVAL_NANOS >= intervals.length) {
            return;
          }
          Interval interval = intervals[(int) (at / INTERVAL_NANOS)];
          interval.requests++;
          switch (outcome) {
            case FAILED -> {
              interval.failed++;
              interval.slow++;
            }
            case OK -> {
              interval.slow += response > BlastRadius.SLOWER * p99 ? 1 : 0;
              interval.moreNanos += response - sums.getOrDefault(operation, new Sum()).mean();
            }
          }
        });
    int back = back(intervals);
    int until = back < 0 ? intervals.length : back;
    double moreNanos = 0;
    long failed = 0;
    for (int i = 0; i < until; i++) {
      moreNanos += intervals[i].moreNanos;
      failed += intervals[i].failed;
    }
    return new Debt(
        p99 / 1e6,
        before.getTotalCount(),
        back < 0 ? null : (Double) (back * INTERVAL_NANOS / 1e6),
        GOOD,
        INTERVAL_NANOS / 1e6,
        watchedNanos / 1e6,
        moreNanos / 1e9,
        failed);
  }

  /** The first of so many good ones in a row; −1 where there is none. */
  private static int back(Interval[] intervals) {
    int row = 0;
    for (int i = 0; i < intervals.length; i++) {
      row = intervals[i].isGood() ? row + 1 : 0;
      if (row == GOOD) {
        return i - GOOD + 1;
      }
    }
    return -1;
  }

  /**
   * How many of some requests may be beyond a p99 by chance: the least number that a binomial
   * variable of {@code n} and 1 % does not exceed in 95 of 100 cases.
   */
  static int allowed(int n) {
    if (n > LARGE) {
      return (int) Math.ceil(n * SHARE + NORMAL * Math.sqrt(n * SHARE * (1 - SHARE)));
    }
    double term = Math.pow(1 - SHARE, n);
    double sum = term;
    int k = 0;
    while (sum < CONFIDENCE) {
      term *= (double) (n - k) / (k + 1) * SHARE / (1 - SHARE);
      sum += term;
      k++;
    }
    return k;
  }
}
