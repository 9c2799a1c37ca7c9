package dev.citusbench.gatling;

import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Whether the generator kept to its schedule: how late it handed requests over, and at which rate,
 * over the requests that are due in one span of the schedule, such as the steady phase. Requests
 * refused by the load count too; they were handed over. All times count from the schedule's start.
 * Written by one thread, read by any.
 */
public final class Punctuality {
  private final long fromNanos;
  private final long toNanos;
  private final Histogram lag = new ConcurrentHistogram(3);
  private final AtomicLong count = new AtomicLong();
  private volatile long firstDue;
  private volatile long firstSent;
  private volatile long lastDue;
  private volatile long lastSent;
  private final @Nullable Punctuality later;

  /** Judges the requests due from one offset up to another, which is excluded. */
  public Punctuality(long fromNanos, long toNanos) {
    this(fromNanos, toNanos, null);
  }

  /** Hands the requests due from {@code toNanos} on over to another. */
  Punctuality(long fromNanos, long toNanos, @Nullable Punctuality later) {
    this.fromNanos = fromNanos;
    this.toNanos = toNanos;
    this.later = later;
    lag.setAutoResize(true);
  }

  void handedOver(long dueNanos, long sentNanos) {
    if (dueNanos >= toNanos && later != null) {
      later.handedOver(dueNanos, sentNanos);
    } else if (dueNanos >= fromNanos && dueNanos < toNanos) {
      if (count.get() == 0) {
        firstDue = dueNanos;
        firstSent = sentNanos;
      }
      lastDue = dueNanos;
      lastSent = sentNanos;
      lag.recordValue(Math.max(0, sentNanos - dueNanos));
      count.incrementAndGet();
    }
  }

  /** Requests judged. */
  public long count() {
    return count.get();
  }

  /** Begin of the span. */
  long fromNanos() {
    return fromNanos;
  }

  /** End of the span. */
  long toNanos() {
    return toNanos;
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
    long nanos = lastSent - firstSent;
    return requests < 2 || nanos <= 0 ? 0 : (requests - 1) * 1e9 / nanos;
  }

  /**
   * The achieved rate over that of the same stretch of the schedule, less 1. Requests that are
   * missing count as not achieved, so that a generator that ends early is at fault too.
   *
   * @param scheduled how many requests were due in the span
   */
  public double rateError(long scheduled) {
    long requests = count.get();
    if (scheduled == 0) {
      return 0;
    }
    double present = (double) requests / scheduled;
    long nanos = lastSent - firstSent;
    return requests < 2 || nanos <= 0 ? present - 1 : present * (lastDue - firstDue) / nanos - 1;
  }
}
