package dev.citusbench.gatling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class MixTest {
  private static Mix mix(long seed, Map<String, Integer> weights) {
    return Mix.of(weights, seed, name -> StubDatabase.work(name, index -> {}));
  }

  private static List<String> names(Mix mix, int count) {
    return LongStream.range(0, count).mapToObj(index -> mix.at(index).name()).toList();
  }

  @Test
  void sharesAreTheWeights() {
    List<String> names = names(mix(1, Map.of("a", 70, "b", 29, "c", 1)), 100_000);
    assertThat(names.stream().filter("a"::equals).count() / 1e5).isCloseTo(0.7, within(0.01));
    assertThat(names.stream().filter("c"::equals).count() / 1e5).isCloseTo(0.01, within(0.002));
  }

  @Test
  void theSameSeedGivesTheSameRequestsAndAnotherOneDoesNot() {
    Map<String, Integer> weights = Map.of("a", 1, "b", 1);
    assertThat(names(mix(7, weights), 1000)).isEqualTo(names(mix(7, weights), 1000));
    assertThat(names(mix(7, weights), 1000)).isNotEqualTo(names(mix(8, weights), 1000));
  }

  @Test
  void aWeightOfNothingIsRefusedByName() {
    assertThatThrownBy(() -> mix(1, Map.of("a", 0))).hasMessageContaining("a has weight 0");
  }
}
