package dev.citusbench.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

final class OutageDistributionTest {
  @Test
  void quantilesLieBetweenTheNearestValues() {
    OutageDistribution four =
        new OutageDistribution(
            "kill-node of worker1", "plain", "write", 1, List.of(400.0, 0.0, 100.0, 200.0));
    assertThat(four.min()).isZero();
    assertThat(four.median()).isEqualTo(150);
    assertThat(four.p90()).isCloseTo(340, within(1e-9));
    assertThat(four.max()).isEqualTo(400);
    assertThat(four.knowsP90()).isFalse();
  }

  @Test
  void theMedianOfAnOddNumberIsTheMiddleOne() {
    assertThat(new OutageDistribution("f", "plain", "read", 0, List.of(3.0, 1.0, 2.0)).median())
        .isEqualTo(2);
  }
}
