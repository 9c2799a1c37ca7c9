package dev.citusbench.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.Objects;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class SpectrumTest {
  private static Histogram of(int count) {
    Histogram histogram = new Histogram(LatencyLog.DIGITS);
    histogram.recordValueWithCount(1_000_000, count);
    return histogram;
  }

  private static Spectrum.Curve curve(int count) {
    Spectrum.Builder builder = new Spectrum.Builder();
    builder.add("lookup-order", of(count), true);
    return builder.build().curves().get(0);
  }

  @Test
  void withTooFewRequestsForAMedianThereIsNoCurve() {
    assertThat(curve(19).y()).allMatch(Objects::isNull);
    assertThat(curve(20).y()).anyMatch(Objects::nonNull);
  }

  @Test
  void aCurveEndsWhereFewerThanTenRequestsLieBeyondIt() {
    Spectrum.Builder builder = new Spectrum.Builder();
    builder.add("lookup-order", of(1_000), true);
    Spectrum spectrum = builder.build();
    int p99 = spectrum.x().indexOf(100.0);
    assertThat(spectrum.curves().get(0).y().get(p99)).isNotNull();
    assertThat(spectrum.curves().get(0).y().get(p99 + 1)).isNull();
  }

  @Test
  void whatIsNotOfTheSteadyPhaseIsInTheCurveOfTheWholeRunOnly() {
    Spectrum.Builder builder = new Spectrum.Builder();
    builder.add("lookup-order", of(30), true);
    builder.add("lookup-order", of(12), false);
    assertThat(builder.build().curves())
        .extracting(Spectrum.Curve::steady, Spectrum.Curve::count)
        .containsExactly(tuple(true, 30L), tuple(false, 42L));
  }
}
