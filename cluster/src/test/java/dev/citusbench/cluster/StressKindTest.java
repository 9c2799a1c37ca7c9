package dev.citusbench.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.citusbench.results.BenchException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class StressKindTest {
  private static final Duration TTL = Duration.ofSeconds(20);

  @Test
  void pausesEndAtOneAndAQuarterOfTheLease() {
    assertThat(StressKind.PAUSE.ladder(TTL, false))
        .containsExactly(
            500L, 1000L, 2000L, 3000L, 5000L, 7000L, 10_000L, 15_000L, 20_000L, 25_000L);
    assertThat(StressKind.PAUSE.ladder(Duration.ofSeconds(30), false))
        .endsWith(25_000L, 30_000L, 37_500L);
    assertThat(StressKind.PAUSE.ladder(Duration.ofSeconds(5), false))
        .containsExactly(500L, 1000L, 2000L, 3000L, 5000L, 6250L);
  }

  @ParameterizedTest
  @EnumSource
  void aQuickLadderHasFewerStepsOfTheSameAndTheSameEnd(StressKind kind) {
    var whole = kind.ladder(TTL, false);
    var quick = kind.ladder(TTL, true);
    assertThat(whole).isSorted().doesNotHaveDuplicates().containsAll(quick);
    assertThat(quick).isSorted().hasSize((whole.size() + 1) / 2);
    assertThat(quick.get(quick.size() - 1)).isEqualTo(whole.get(whole.size() - 1));
  }

  @Test
  void aStepOfLoadOutlastsALeaseThatIsNotRenewed() {
    Duration second = Duration.ofSeconds(1);
    assertThat(StressKind.hold(TTL, second, true)).hasSeconds(21);
    assertThat(StressKind.hold(TTL, second, false)).hasSeconds(45);
    assertThat(StressKind.hold(Duration.ofSeconds(5), second, true)).hasSeconds(20);
  }

  @Test
  void anUnknownStressIsToldTheNearestWord() {
    assertThat(StressKind.of("etcd-disk")).isEqualTo(StressKind.ETCD_DISK);
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> StressKind.of("paus"))
        .withMessageContaining("stress 'paus'")
        .withMessageContaining("pause");
  }
}
