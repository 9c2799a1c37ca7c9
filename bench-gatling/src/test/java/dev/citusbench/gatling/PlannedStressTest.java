package dev.citusbench.gatling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.citusbench.cluster.Breakable.Lacking;
import dev.citusbench.cluster.StressKind;
import dev.citusbench.results.BenchException;
import dev.citusbench.session.Settings;
import dev.citusbench.session.Settings.Name;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;

final class PlannedStressTest {
  private final List<String> leftOut = new ArrayList<>();

  private static Settings settings() {
    return Settings.from(new Properties());
  }

  private static Optional<Lacking> withoutStrace(StressKind kind) {
    return kind.traces()
        ? Optional.of(new Lacking(BenchException.Kind.MACHINE, "missing: strace"))
        : Optional.empty();
  }

  private List<String> all(Settings settings, int workers) {
    return PlannedStress.all(settings, workers, kind -> Optional.empty(), leftOut::add).stream()
        .map(PlannedStress::toString)
        .toList();
  }

  @Test
  void byDefaultEachStressHitsThePrimaryOfWorker1OrWhatItHitsAnyway() {
    assertThat(all(settings(), 2))
        .containsExactly(
            "pause of worker1", "load of machine", "disk of worker1", "etcd-disk of etcd");
    assertThat(all(settings(), 0)).startsWith("pause of coordinator");
  }

  @Test
  void aStressThatHitsPrimariesIsAimedAtEachTarget() {
    Settings settings =
        settings().with(Name.STRESS, "load,pause").with(Name.TARGET, "coordinator,worker2");
    assertThat(all(settings, 2))
        .containsExactly("load of machine", "pause of coordinator", "pause of worker2");
    assertThat(all(settings.with(Name.TARGET, "all"), 1))
        .containsExactly("load of machine", "pause of coordinator", "pause of worker1");
  }

  @Test
  void aTargetThatIsNoPrimaryIsRefused() {
    for (String target : List.of("worker1-standby", "worker3", "etcd", "")) {
      assertThatExceptionOfType(BenchException.class)
          .isThrownBy(() -> all(settings().with(Name.TARGET, target), 2))
          .withMessageContaining("primary for --target")
          .withMessageContaining("worker1")
          .satisfies(e -> assertThat(e.kind()).isEqualTo(BenchException.Kind.USAGE));
    }
  }

  @Test
  void whatTheMachineLacksIsAnErrorWhereItWasAskedForByName() {
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(
            () ->
                PlannedStress.all(
                    settings().with(Name.STRESS, "pause,disk"),
                    2,
                    PlannedStressTest::withoutStrace,
                    leftOut::add))
        .withMessage("--stress disk: missing: strace")
        .satisfies(e -> assertThat(e.kind().exitCode()).isEqualTo(4));
  }

  @Test
  void whatTheMachineLacksIsLeftOutAndNamedAmongAll() {
    assertThat(PlannedStress.all(settings(), 2, PlannedStressTest::withoutStrace, leftOut::add))
        .extracting(PlannedStress::kind)
        .containsExactly(StressKind.PAUSE, StressKind.LOAD);
    assertThat(leftOut)
        .containsExactly("--stress disk: missing: strace", "--stress etcd-disk: missing: strace");
  }

  @Test
  void aTargetOfAStressThatHitsNoPrimaryIsRefused() {
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(
            () ->
                PlannedStress.checked(
                    settings().with(Name.STRESS, "load").with(Name.TARGET, "worker1")))
        .withMessageContaining("load hit no primary: leave it out");
  }

  @Test
  void stepsOfStressesThatNobodyNamedAreRefused() {
    Settings steps = settings().with(Name.STEPS, "500,1000");
    assertThat(PlannedStress.checked(steps.with(Name.STRESS, "pause")).steps()).isPresent();
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> PlannedStress.checked(steps.with(Name.STRESS, "all")))
        .withMessageContaining("pause ms, load processes/core")
        .withMessageContaining("name with --stress which are meant")
        .satisfies(e -> assertThat(e.kind()).isEqualTo(BenchException.Kind.USAGE));
  }

  @Test
  void millisecondsThatWouldBeProcessesAreRefused() {
    Settings steps = settings().with(Name.STRESS, "load,pause").with(Name.STEPS, "2,65");
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> PlannedStress.checked(steps))
        .withMessageContaining("busy processes for each core, and may be 64 at most")
        .satisfies(e -> assertThat(e.kind()).isEqualTo(BenchException.Kind.USAGE));
    assertThat(PlannedStress.checked(steps.with(Name.STEPS, "2,64")).steps()).isPresent();
  }

  @Test
  void aClusterOfOthersIsRefused() {
    Settings attached = settings().with(Name.URL_WRITER, "jdbc:postgresql://localhost/shop");
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> PlannedStress.checked(attached))
        .withMessageContaining("needs a cluster of our own");
  }

  @Test
  void eachStepIsDoneTwiceUnlessSaidOtherwise() {
    Settings pause = settings().with(Name.STRESS, "pause");
    assertThat(PlannedStress.checked(pause).repeat()).isEqualTo(2);
    assertThat(PlannedStress.checked(pause.with(Name.REPEAT, "1")).repeat()).isEqualTo(1);
  }
}
