package dev.citusbench.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IndicesTest {
  private static final long NOW = 1_800_000_000_000L;

  @Test
  void threadsOfAForkThatBeginAtDifferentTimesNeverDrawTheSame() {
    Set<Long> seen = new HashSet<>();
    int threads = 3;
    for (int thread = 0; thread < threads; thread++) {
      Indices indices = new Indices(NOW + thread * 7L, thread, threads);
      for (int i = 0; i < 50_000; i++) {
        assertThat(seen.add(indices.next())).isTrue();
      }
    }
  }

  @Test
  void aForkThatBeginsASecondLaterStartsBeyondWhatTheFirstCanHaveDrawn() {
    Indices first = new Indices(NOW, 0, 1);
    long drawnInASecond = first.next() + 1_000_000;

    assertThat(new Indices(NOW + 1000, 0, 1).next()).isGreaterThan(drawnInASecond);
  }

  @Test
  void indicesStayPositiveForACentury() {
    long inACentury = NOW + 100L * 366 * 24 * 3_600_000;

    assertThat(new Indices(inACentury, 0, 1).next()).isBetween(0L, Long.MAX_VALUE / 100);
  }
}
