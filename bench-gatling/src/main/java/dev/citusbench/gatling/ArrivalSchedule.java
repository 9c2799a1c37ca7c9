package dev.citusbench.gatling;

import java.util.concurrent.atomic.AtomicLong;

/**
 * When each request of a constant-rate open load is due: request {@code i} at {@code start + i /
 * rate}, whether or not the generator was able to send it then. Latency that counts from here
 * cannot leave out the time for which a busy generator held a request back.
 *
 * <p><b>The index.</b> Gatling numbers users from 1 in the order in which its injector (one actor,
 * hence one thread at a time) schedules them, so with one population the user id minus one is the
 * index of the arrival; the order in which event loops later start users plays no part. {@code
 * constantUsersPerSec(rate)} puts user {@code j} of each second at millisecond {@code floor(j ×
 * 1000 / rate)} of it (Gatling 3.15: {@code OpenInjectionStep.InjectionIterator}), which is {@code
 * i / rate} truncated to a millisecond if the rate is a whole number; that is why only whole rates
 * are accepted.
 *
 * <p><b>The start.</b> Gatling does not tell the start of its schedule. It is taken as the latest
 * instant at which no request was handed over before it was due: the minimum, over all requests so
 * far, of {@code handed over − i / rate}. The injector never starts a user before its millisecond,
 * so the minimum comes down to Gatling's start (less the truncated part of a millisecond) as soon
 * as one request is on time. Bounds: a lateness that all requests share from the first to the last
 * is a later start of the schedule, not lag, and cannot be told from one; requests measured before
 * the minimum was reached read too little lag, by what {@link #shiftNanos()} says, which is why the
 * first seconds belong to the warm-up. It can only ever read too much lag afterwards, by up to one
 * millisecond, never too little.
 */
public final class ArrivalSchedule {
  private static final long UNKNOWN = Long.MAX_VALUE;
  private final double nanosPerArrival;
  private final AtomicLong startNanos = new AtomicLong(UNKNOWN);
  private final AtomicLong markedStartNanos = new AtomicLong(UNKNOWN);

  /**
   * A schedule that begins with its first request.
   *
   * @param perSecond arrivals a second, a whole number of at least 1
   */
  public ArrivalSchedule(long perSecond) {
    if (perSecond < 1) {
      throw new IllegalArgumentException("arrivals a second: " + perSecond);
    }
    this.nanosPerArrival = 1e9 / perSecond;
  }

  /** Takes note that a request was handed over, and returns when it was due. */
  public long dueNanos(long index, long handedOverNanos) {
    long offset = offsetNanos(index);
    long start = startNanos.accumulateAndGet(handedOverNanos - offset, ArrivalSchedule::earlier);
    return start + offset;
  }

  /** From the start of the schedule to the due time of request {@code index}. */
  public long offsetNanos(long index) {
    return (long) (index * nanosPerArrival);
  }

  /** Whether the first request was handed over. */
  public boolean hasStarted() {
    return startNanos.get() != UNKNOWN;
  }

  /** The start as it is known now. */
  public long startNanos() {
    return startNanos.get();
  }

  /** Remembers the start as it is known now, so that {@link #shiftNanos()} counts from here. */
  public void mark() {
    markedStartNanos.set(startNanos.get());
  }

  /**
   * By how much the start moved since {@link #mark()}: the most by which a lag recorded since then
   * can be too small.
   */
  public long shiftNanos() {
    long marked = markedStartNanos.get();
    return marked == UNKNOWN ? 0 : marked - startNanos.get();
  }

  // Instants of System.nanoTime() are compared by their difference.
  private static long earlier(long a, long b) {
    if (a == UNKNOWN) {
      return b;
    }
    return b - a < 0 ? b : a;
  }
}
