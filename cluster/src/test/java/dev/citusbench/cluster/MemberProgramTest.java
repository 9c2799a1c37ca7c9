package dev.citusbench.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.citusbench.results.Engine;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class MemberProgramTest {
  private final Path home = TestHome.checkout();
  private final Tuning fast = Tuning.load(home, "ha-fast");
  private final Tuning floor = Tuning.load(home, "ha-floor");

  @Test
  void onlyAWorkerOfCitusHasSomethingToAnnounce() {
    MemberProgram announce = MemberProgram.ANNOUNCE_PROMOTION;
    assertThat(announce.isIn(fast, Engine.CITUS, 1)).isTrue();
    assertThat(announce.isIn(fast, Engine.CITUS, 0)).isFalse();
    assertThat(announce.isIn(fast, Engine.FDW, 1)).isFalse();
    assertThat(announce.isIn(floor, Engine.CITUS, 1)).isFalse();
  }

  @Test
  void everyMemberMayHaveACompanion() {
    MemberProgram watch = MemberProgram.HASTEN_FAILOVER;
    assertThat(watch.isIn(fast, Engine.CITUS, 0)).isTrue();
    assertThat(watch.isIn(fast, Engine.FDW, 1)).isTrue();
    assertThat(watch.isIn(fast, Engine.SINGLE, 0)).isTrue();
    assertThat(watch.isIn(floor, Engine.CITUS, 1)).isFalse();
  }

  @Test
  void theProgramLiesBesideTheConfigurationThatItReads() {
    assertThat(MemberProgram.ANNOUNCE_PROMOTION.beside(Path.of("/m/patroni.yml")))
        .isEqualTo(Path.of("/m/announce-promotion.py"));
  }

  @Test
  void patroniIsNotToldOfThemAsSettingsOfTheGroup() {
    assertThat(DynamicConfiguration.atStart(Engine.CITUS, fast))
        .doesNotContainKeys(MemberProgram.keys().toArray(String[]::new));
  }

  @Test
  void aProgramThatIsGoneIsNamed() {
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> MemberProgram.HASTEN_FAILOVER.text(Path.of("/nowhere")))
        .withMessageContaining("/nowhere/cluster/programs/hasten-failover.py");
  }
}
