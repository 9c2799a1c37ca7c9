package dev.citusbench.gatling;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * How long this process is held up by what is none of its own: garbage collection, other processes,
 * the scheduler. A thread sleeps for a millisecond over and over; what it oversleeps is a hiccup,
 * and every thread that wanted to run then felt it.
 */
final class HiccupMeter implements AutoCloseable {
  private static final long SLEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final Thread thread = new Thread(this::watch, "hiccup-meter");
  private volatile Histogram hiccups = fresh();
  private volatile boolean closed;

  private static Histogram fresh() {
    Histogram histogram = new ConcurrentHistogram(2);
    histogram.setAutoResize(true);
    return histogram;
  }

  void start() {
    thread.setDaemon(true);
    thread.start();
  }

  private void watch() {
    while (!closed) {
      long before = System.nanoTime();
      LockSupport.parkNanos(SLEEP_NANOS);
      hiccups.recordValue(Math.max(0, System.nanoTime() - before - SLEEP_NANOS));
    }
  }

  /** Forgets what was seen so far. */
  void reset() {
    hiccups = fresh();
  }

  /** A percentile of the hiccups since the last reset. */
  long nanos(double percentile) {
    return hiccups.getValueAtPercentile(percentile);
  }

  /** The longest since the last reset. */
  long maxNanos() {
    return hiccups.getMaxValue();
  }

  @Override
  public void close() {
    closed = true;
  }
}
