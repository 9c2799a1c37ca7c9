package dev.citusbench.gatling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.citusbench.session.Arrivals;
import java.util.Arrays;
import java.util.PrimitiveIterator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class ArrivalScheduleTest {
  private static final long MILLI = 1_000_000;

  private static long[] offsets(ArrivalSchedule schedule, int count) {
    PrimitiveIterator.OfLong offsets = schedule.offsets();
    return LongStream.generate(offsets::nextLong).limit(count).toArray();
  }

  private static ArrivalSchedule poisson(long perSecond, long seed) {
    return new ArrivalSchedule(Arrivals.POISSON, perSecond, seed);
  }

  @Test
  void constantArrivalsAreDueAtEvenSpaces() {
    assertThat(offsets(new ArrivalSchedule(Arrivals.CONSTANT, 200, 1), 4))
        .containsExactly(0, 5 * MILLI, 10 * MILLI, 15 * MILLI);
  }

  @Test
  void aRateWithThirdsStaysExactOverAnHour() {
    assertThat(offsets(new ArrivalSchedule(Arrivals.CONSTANT, 3, 1), 3 * 3600 + 1))
        .endsWith(3600L * 1000 * MILLI);
  }

  @Test
  void arrivalsAreCountedFromOneOffsetUpToAnother() {
    ArrivalSchedule schedule = new ArrivalSchedule(Arrivals.CONSTANT, 100, 1);
    assertThat(schedule.count(0, 1000 * MILLI)).isEqualTo(100);
    assertThat(schedule.count(995 * MILLI, 1011 * MILLI)).isEqualTo(2);
  }

  @Test
  void anArrivalOnABorderIsNotRoundedToTheOtherSideOfIt() {
    for (long rate : new long[] {3, 6, 29, 997}) {
      ArrivalSchedule schedule = new ArrivalSchedule(Arrivals.CONSTANT, rate, 1);
      for (long second = 1; second <= 60; second++) {
        assertThat(schedule.count(0, second * 1000 * MILLI)).isEqualTo(rate * second);
      }
    }
  }

  @Test
  void theSameSeedGivesTheSamePoissonArrivalsAndAnotherGivesOthers() {
    assertThat(offsets(poisson(50, 4), 100)).containsExactly(offsets(poisson(50, 4), 100));
    assertThat(offsets(poisson(50, 4), 100)).isNotEqualTo(offsets(poisson(50, 5), 100));
  }

  @Test
  void poissonArrivalsHaveTheirMeanRate() {
    int count = 1_000_000;
    long last = offsets(poisson(1000, 1), count)[count - 1];
    // The time until arrival n has the standard deviation sqrt(n) / rate: five of them.
    assertThat(last / 1e9).isCloseTo(1000, within(5.0));
  }

  @Test
  void theTimesBetweenPoissonArrivalsAreExponentiallyDistributed() {
    int count = 100_000;
    long[] offsets = offsets(poisson(1000, 2), count + 1);
    double[] gaps = new double[count];
    for (int i = 0; i < count; i++) {
      gaps[i] = (offsets[i + 1] - offsets[i]) / 1e6;
    }
    Arrays.sort(gaps);
    double distance = 0;
    for (int i = 0; i < count; i++) {
      double expected = 1 - Math.exp(-gaps[i]);
      distance = Math.max(distance, Math.abs(expected - (i + 0.5) / count));
    }
    // Kolmogorov-Smirnov at 0.1 %: 1.95 / sqrt(n).
    assertThat(distance).isLessThan(1.95 / Math.sqrt(count));
  }

  @Test
  void poissonArrivalsInEqualTimesVaryAsMuchAsTheirMean() {
    ArrivalSchedule schedule = poisson(100, 3);
    int[] perSecond = new int[2000];
    PrimitiveIterator.OfLong offsets = schedule.offsets();
    for (long at = offsets.nextLong(); at < 2000e9; at = offsets.nextLong()) {
      perSecond[(int) (at / 1e9)]++;
    }
    double mean = Arrays.stream(perSecond).average().orElseThrow();
    double variance =
        Arrays.stream(perSecond).mapToDouble(n -> (n - mean) * (n - mean)).sum() / 1999;
    // Of 2000 seconds, its standard deviation is 3.2 %: five of them.
    assertThat(variance / mean).isCloseTo(1, within(0.16));
  }
}
