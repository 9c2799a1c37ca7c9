package dev.citusbench.gatling;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Whether the generator kept to its schedule: how late it handed requests over, and how many a
 * second it managed, over the requests of one span of indices, such as the steady phase. Requests
 * refused by the load count too; they were handed over.
 */
public final class Punctuality {
  private final long fromIndex;
  private final long toIndex;
  private final Histogram lag = new ConcurrentHistogram(3);
  private final AtomicLong count = new AtomicLong();
  private final LongAccumulator first = new LongAccumulator(Math::min, Long.MAX_VALUE);
  private final LongAccumulator last = new LongAccumulator(Math::max, Long.MIN_VALUE);
  private final @Nullable Punctuality later;

  /** Judges the requests from one index up to another, which is excluded. */
  public Punctuality(long fromIndex, long toIndex) {
    this(fromIndex, toIndex, null);
  }

  /** Hands the requests from {@code toIndex} on to another. */
  Punctuality(long fromIndex, long toIndex, @Nullable Punctuality later) {
    this.fromIndex = fromIndex;
    this.toIndex = toIndex;
    this.later = later;
    lag.setAutoResize(true);
  }

  void handedOver(long index, long lagNanos, long nowNanos) {
    if (index >= toIndex && later != null) {
      later.handedOver(index, lagNanos, nowNanos);
    } else if (index >= fromIndex && index < toIndex) {
      lag.recordValue(Math.max(0, lagNanos));
      count.incrementAndGet();
      first.accumulate(nowNanos);
      last.accumulate(nowNanos);
    }
  }

  /** Requests judged. */
  public long count() {
    return count.get();
  }

  /** How many requests there are to be in the span. */
  long expected() {
    return toIndex - fromIndex;
  }

  /** A percentile of the lag; 0 where nothing was handed over. */
  public long lagNanos(double percentile) {
    return lag.getValueAtPercentile(percentile);
  }

  /** The largest lag. */
  public long maxLagNanos() {
    return lag.getMaxValue();
  }

  /** Requests a second, from the first handed over to the last; 0 for fewer than two. */
  public double perSecond() {
    long requests = count.get();
    long nanos = last.get() - first.get();
    return requests < 2 || nanos <= 0 ? 0 : (requests - 1) * 1e9 / nanos;
  }
}
