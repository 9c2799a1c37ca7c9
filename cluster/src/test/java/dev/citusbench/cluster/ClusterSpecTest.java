package dev.citusbench.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.citusbench.results.BenchException;
import dev.citusbench.results.Engine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ClusterSpecTest {
  private static ClusterSpec reference(Engine engine) {
    Tuning tuning = Tuning.load(TestHome.checkout(), "ha-default");
    return ClusterSpec.reference(TestHome.checkout(), engine, tuning, 3);
  }

  @Test
  void fdwIsRefusedInNamespacesWithWhatToTakeInstead() {
    ClusterSpec fdw = reference(Engine.FDW);
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> fdw.on(NetworkKind.NETNS))
        .withMessageStartingWith("engine fdw cannot have --network netns")
        .withMessageContaining("--engine single")
        .satisfies(e -> assertThat(e.kind()).isEqualTo(BenchException.Kind.USAGE));
  }

  @ParameterizedTest
  @EnumSource(names = {"CITUS", "SINGLE"})
  void theOtherEnginesHaveNamespaces(Engine engine) {
    assertThat(reference(engine).on(NetworkKind.NETNS).network()).isEqualTo(NetworkKind.NETNS);
  }

  @Test
  void networkAndDisksAreChosenApart() {
    ClusterSpec both = reference(Engine.CITUS).with(DiskSize.of("2GB")).on(NetworkKind.NETNS);
    assertThat(both.disk()).hasToString("2GB");
    assertThat(both.network()).isEqualTo(NetworkKind.NETNS);
    assertThat(reference(Engine.FDW).disk()).isEqualTo(DiskSize.NONE);
  }
}
