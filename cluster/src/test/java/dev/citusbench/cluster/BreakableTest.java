package dev.citusbench.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.citusbench.results.BenchException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class BreakableTest {
  private static Breakable breakable(NetworkKind network, DiskSize disk) {
    return new Breakable(network, disk, TestHome.checkout());
  }

  @ParameterizedTest
  @EnumSource(FaultKind.class)
  void onLoopbackAndTheMachinesDiskWhatNeedsMoreIsRefusedWithTheOptionThatHelps(FaultKind kind) {
    String said =
        breakable(NetworkKind.LOOPBACK, DiskSize.NONE)
            .lacking(kind)
            .map(lacking -> lacking.of("--fault " + kind.word()))
            .map(refused -> refused.kind() + " " + refused.getMessage())
            .orElse("");
    switch (kind.needs()) {
      case NOTHING -> assertThat(said).isEmpty();
      case NETWORK ->
          assertThat(said)
              .startsWith(BenchException.Kind.USAGE + " --fault " + kind.word() + ": ")
              .endsWith("--network netns");
      case DISK ->
          assertThat(said)
              .startsWith(BenchException.Kind.USAGE + " --fault disk-full: ")
              .endsWith("--disk 2GB");
    }
  }

  @Test
  void withWhatTheyNeedTheyCanBe() {
    assertThat(breakable(NetworkKind.LOOPBACK, DiskSize.of("1GB")).lacking(FaultKind.DISK_FULL))
        .isEmpty();
    assertThat(breakable(NetworkKind.NETNS, DiskSize.NONE).lacking(FaultKind.ISOLATE)).isEmpty();
  }

  @Test
  void withoutTheRightToDelayNoneIsOfTheMachine() {
    breakable(NetworkKind.NETNS, DiskSize.NONE)
        .lacking(FaultKind.DELAY)
        .ifPresent(lacking -> assertThat(lacking.kind()).isEqualTo(BenchException.Kind.MACHINE));
  }
}
