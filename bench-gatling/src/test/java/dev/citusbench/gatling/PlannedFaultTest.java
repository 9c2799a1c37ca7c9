package dev.citusbench.gatling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.citusbench.cluster.Breakable.Lacking;
import dev.citusbench.cluster.FaultKind;
import dev.citusbench.results.BenchException;
import dev.citusbench.session.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;

final class PlannedFaultTest {
  private final List<String> leftOut = new ArrayList<>();

  private static Optional<Lacking> lacking(FaultKind kind) {
    return switch (kind.needs()) {
      case NOTHING -> Optional.empty();
      case NETWORK ->
          kind == FaultKind.DELAY
              ? Optional.of(new Lacking(BenchException.Kind.MACHINE, "no sch_netem"))
              : Optional.empty();
      case DISK -> Optional.of(new Lacking(BenchException.Kind.USAGE, "no --disk"));
    };
  }

  private List<String> planned(int workers, String... settings) {
    Properties properties = new Properties();
    for (int i = 0; i < settings.length; i += 2) {
      properties.setProperty("bench." + settings[i], settings[i + 1]);
    }
    return PlannedFault.all(
            Settings.from(properties), workers, PlannedFaultTest::lacking, leftOut::add)
        .stream()
        .map(PlannedFault::toString)
        .toList();
  }

  @Test
  void byDefaultThePostmastersOfAWorkerAndTheCoordinatorAreKilled() {
    assertThat(planned(2))
        .containsExactly("kill-postgres of worker1", "kill-postgres of coordinator");
  }

  @Test
  void withoutWorkersOnlyTheCoordinatorIsHit() {
    assertThat(planned(0)).containsExactly("kill-postgres of coordinator");
  }

  @Test
  void aTargetThatNoClusterHasIsRefusedBeforeOneIsStarted() {
    Properties properties = new Properties();
    properties.setProperty("bench.target", "worker9");
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> PlannedFault.check(Settings.from(properties)))
        .withMessageContaining("unknown target of kill-postgres 'worker9'")
        .matches(e -> e.kind() == BenchException.Kind.USAGE);
    properties.setProperty("bench.target", "worker2");
    PlannedFault.check(Settings.from(properties));
    properties.setProperty("bench.engine", "single");
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> PlannedFault.check(Settings.from(properties)));
  }

  @Test
  void faultsComeInRounds() {
    assertThat(planned(2, "fault", "kill-node,switchover", "target", "worker2", "repeat", "2"))
        .containsExactly(
            "kill-node of worker2",
            "switchover of worker2",
            "kill-node of worker2",
            "switchover of worker2");
  }

  @Test
  void whatIsThereOnceNeedsNoTarget() {
    assertThat(planned(2, "fault", "kill-etcd")).containsExactly("kill-etcd of etcd");
    assertThat(planned(2, "fault", "lose-standby"))
        .containsExactly("lose-standby of worker1-standby", "lose-standby of coordinator-standby");
  }

  @Test
  void allIsEveryKindAtEverythingThatItCanHit() {
    assertThat(planned(1, "fault", "all", "target", "all"))
        .doesNotHaveDuplicates()
        .contains(
            "kill-node of worker1-standby",
            "switchover of coordinator",
            "kill-etcd-quorum of etcd",
            "reload-haproxy of haproxy")
        .doesNotContain("switchover of worker1-standby");
  }

  @Test
  void ofAllKindsThoseThatCannotBeAreLeftOutWithTheReason() {
    assertThat(planned(0, "fault", "all", "target", "all"))
        .contains("isolate of coordinator")
        .noneMatch(fault -> fault.startsWith("delay") || fault.startsWith("partition-worker"));
    assertThat(leftOut)
        .containsExactly(
            "partition-worker: this cluster has nothing that it could hit",
            "partition-worker-one-way: this cluster has nothing that it could hit",
            "delay: no sch_netem",
            "disk-full: no --disk");
  }

  @Test
  void aKindThatIsAskedForByNameAndCannotBeIsAnErrorWithTheReason() {
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> planned(2, "fault", "kill-node,delay"))
        .withMessage("delay: no sch_netem")
        .satisfies(e -> assertThat(e.kind()).isEqualTo(BenchException.Kind.MACHINE));
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> planned(2, "fault", "disk-full"))
        .withMessage("disk-full: no --disk")
        .satisfies(e -> assertThat(e.kind()).isEqualTo(BenchException.Kind.USAGE));
    assertThat(leftOut).isEmpty();
  }

  @Test
  void aTargetThatTheKindCannotHitIsNamedWithThoseItCan() {
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> planned(2, "fault", "switchover", "target", "worker3"))
        .withMessageContaining("target of switchover")
        .withMessageContaining("worker3")
        .withMessageContaining("worker2");
  }

  @Test
  void aTargetThatNoKindCanHitIsAnError() {
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> planned(2, "fault", "kill-node", "target", "worker1,etcd"))
        .withMessageContaining("--target etcd");
  }

  @Test
  void anUnknownFaultIsNamedWithTheNearest() {
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> planned(2, "fault", "kill-nodes"))
        .withMessageContaining("kill-node");
  }

  @Test
  void aRepetitionOutOfRangeIsAnError() {
    assertThatExceptionOfType(BenchException.class).isThrownBy(() -> planned(2, "repeat", "0"));
    assertThatExceptionOfType(BenchException.class).isThrownBy(() -> planned(2, "hold", "2h"));
  }
}
