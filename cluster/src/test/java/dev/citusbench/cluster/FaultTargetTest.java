package dev.citusbench.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.citusbench.results.BenchException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class FaultTargetTest {
  private static List<String> words(FaultKind kind, int workers) {
    return FaultTarget.of(kind, workers).stream().map(FaultTarget::word).toList();
  }

  @Test
  void aMemberIsThePrimaryOrAStandbyOfAGroup() {
    assertThat(words(FaultKind.KILL_NODE, 1))
        .containsExactly("coordinator", "worker1", "coordinator-standby", "worker1-standby");
    assertThat(FaultTarget.find(FaultKind.KILL_NODE, "worker1-standby", 1))
        .contains(FaultTarget.standbyOf(1));
    assertThat(FaultTarget.find(FaultKind.KILL_NODE, "coordinator", 1))
        .contains(FaultTarget.primaryOf(0));
  }

  @Test
  void onlyAPrimaryIsSwitchedOverAndOnlyAStandbyIsLost() {
    assertThat(words(FaultKind.SWITCHOVER, 1)).containsExactly("coordinator", "worker1");
    assertThat(words(FaultKind.LOSE_STANDBY, 1))
        .containsExactly("coordinator-standby", "worker1-standby");
    assertThat(FaultTarget.find(FaultKind.LOSE_STANDBY, "worker1", 1))
        .contains(FaultTarget.standbyOf(1));
  }

  @Test
  void whatIsThereOnceIsAimedAtByItsOwnName() {
    assertThat(words(FaultKind.KILL_ETCD, 2)).containsExactly("etcd");
    assertThat(words(FaultKind.RELOAD_HAPROXY, 0)).containsExactly("haproxy");
  }

  @Test
  void whatAKindCannotHitIsNotFound() {
    assertThat(FaultTarget.find(FaultKind.SWITCHOVER, "worker3", 2)).isEmpty();
    assertThat(FaultTarget.find(FaultKind.SWITCHOVER, "worker1-standby", 2)).isEmpty();
    assertThat(FaultTarget.find(FaultKind.KILL_ETCD, "worker1", 2)).isEmpty();
  }

  @Test
  void anUnknownKindIsNamedWithTheNearest() {
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> FaultKind.of("kill-nod"))
        .withMessageContaining("kill-node");
  }

  @ParameterizedTest
  @EnumSource(FaultKind.class)
  void eachKindIsFoundByItsWord(FaultKind kind) {
    assertThat(FaultKind.of(kind.word())).isEqualTo(kind);
  }

  @Test
  void aSilentNodeStaysSilentUntilItsKeyHasRunOut() {
    Duration ttl = Duration.ofSeconds(30);
    Duration loop = Duration.ofSeconds(10);
    assertThat(FaultKind.FREEZE_NODE.hold(ttl, loop)).isEqualTo(Duration.ofSeconds(45));
    assertThat(FaultKind.KILL_HAPROXY.hold(ttl, loop)).isEqualTo(Duration.ofSeconds(5));
    assertThat(FaultKind.KILL_POSTGRES.hold(ttl, loop)).isZero();
  }
}
