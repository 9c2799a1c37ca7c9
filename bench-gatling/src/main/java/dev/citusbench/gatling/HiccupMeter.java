package dev.citusbench.gatling;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
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

  /** Hiccups from this length on are kept with their instants. */
  private static final long NOTED_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final Thread thread = new Thread(this::watch, "hiccup-meter");
  private volatile Histogram hiccups = fresh();
  private final Queue<Pause> pauses = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  /** A hiccup of some length, on the clock of {@link System#nanoTime()}. */
  private record Pause(long fromNanos, long toNanos) {}

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
      long after = System.nanoTime();
      long hiccup = Math.max(0, after - before - SLEEP_NANOS);
      hiccups.recordValue(hiccup);
      if (hiccup >= NOTED_NANOS) {
        pauses.add(new Pause(before + SLEEP_NANOS, after));
      }
    }
  }

  /** Forgets what was seen so far. */
  void reset() {
    hiccups = fresh();
  }

  /** The longest that overlaps a span; 0 where none was of {@link #NOTED_NANOS}. */
  long longestNanos(long fromNanos, long toNanos) {
    return pauses.stream()
        .filter(pause -> pause.toNanos() - fromNanos > 0 && pause.fromNanos() - toNanos < 0)
        .mapToLong(pause -> pause.toNanos() - pause.fromNanos())
        .max()
        .orElse(0);
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
