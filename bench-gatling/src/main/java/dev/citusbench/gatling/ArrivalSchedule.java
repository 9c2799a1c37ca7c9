package dev.citusbench.gatling;

import dev.citusbench.session.Arrivals;
import java.util.PrimitiveIterator;
import java.util.SplittableRandom;

/**
 * When each request of an open load is due, counted from the start of the load, whether or not the
 * generator is able to send it then. Known before the load begins and a pure function of kind, rate
 * and seed, so that latency that counts from here cannot leave out the time for which a busy
 * generator, a full pool or a stalled server held a request back.
 *
 * <ul>
 *   <li>{@link Arrivals#CONSTANT}: request {@code i} at {@code i / rate}.
 *   <li>{@link Arrivals#POISSON}: the first at 0, the times between two are {@code -ln(1 - u) /
 *       rate} with {@code u} uniform in [0, 1): the inverse of the exponential distribution (Knuth,
 *       The Art of Computer Programming 2, 3.4.1 D).
 * </ul>
 */
public final class ArrivalSchedule {
  /** Keeps the arrivals apart from what else is drawn from the same seed. */
  private static final long STREAM = 0x6172726976616c73L;

  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private final Arrivals kind;
  private final long perSecond;
  private final long seed;

  /**
   * A schedule.
   *
   * @param perSecond mean arrivals a second, at least 1
   * @param seed of a Poisson schedule; the same seed gives the same arrivals
   */
  public ArrivalSchedule(Arrivals kind, long perSecond, long seed) {
    if (perSecond < 1) {
      throw new IllegalArgumentException("arrivals a second: " + perSecond);
    }
    this.kind = kind;
    this.perSecond = perSecond;
    this.seed = seed;
  }

  /** How the arrivals are spread. */
  Arrivals kind() {
    return kind;
  }

  /** Mean arrivals a second. */
  long perSecond() {
    return perSecond;
  }

  /** From the start of the load to each request, in nanoseconds; never ends, never decreases. */
  public PrimitiveIterator.OfLong offsets() {
    return switch (kind) {
      case CONSTANT -> new Constant(perSecond);
      case POISSON -> new Poisson(1e9 / perSecond, new SplittableRandom(seed ^ STREAM));
    };
  }

  /** How many requests are due from one offset up to another, which is excluded. */
  long count(long fromNanos, long toNanos) {
    long count = 0;
    PrimitiveIterator.OfLong offsets = offsets();
    for (long at = offsets.nextLong(); at < toNanos; at = offsets.nextLong()) {
      if (at >= fromNanos) {
        count++;
      }
    }
    return count;
  }

  private static final class Constant implements PrimitiveIterator.OfLong {
    private final long perSecond;
    private long index;

    Constant(long perSecond) {
      this.perSecond = perSecond;
    }

    @Override
    public boolean hasNext() {
      return true;
    }

    @Override
    public long nextLong() {
      return index++
          * NANOS_PER_SECOND
          / perSecond; // rounded, an arrival could fall before a border
    }
  }

  private static final class Poisson implements PrimitiveIterator.OfLong {
    private final double nanosPerArrival;
    private final SplittableRandom random;
    private double at;

    Poisson(double nanosPerArrival, SplittableRandom random) {
      this.nanosPerArrival = nanosPerArrival;
      this.random = random;
    }

    @Override
    public boolean hasNext() {
      return true;
    }

    @Override
    public long nextLong() {
      long next = (long) at;
      at -= Math.log1p(-random.nextDouble()) * nanosPerArrival;
      return next;
    }
  }
}
