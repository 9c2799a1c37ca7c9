package dev.citusbench.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.citusbench.results.Engine;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CallbackTest {
  private final Path home = TestHome.checkout();
  private final Tuning fast = Tuning.load(home, "ha-fast");

  @Test
  void onlyAWorkerOfCitusHasSomethingToAnnounce() {
    assertThat(Callback.of(home, fast, Engine.CITUS, 1)).isPresent();
    assertThat(Callback.of(home, fast, Engine.CITUS, 0)).isEmpty();
    assertThat(Callback.of(home, fast, Engine.FDW, 1)).isEmpty();
    assertThat(Callback.of(home, Tuning.load(home, "ha-floor"), Engine.CITUS, 1)).isEmpty();
  }

  @Test
  void theProgramLiesBesideTheConfigurationThatItReads() {
    Callback callback = Callback.of(home, fast, Engine.CITUS, 1).orElseThrow();
    assertThat(callback.command(Path.of("/m/patroni.yml"), List.of("h:1", "h:2")))
        .isEqualTo("python3 /m/announce-promotion.py /m/patroni.yml h:1,h:2");
  }

  @Test
  void patroniIsNotToldOfItAsASettingOfTheGroup() {
    assertThat(DynamicConfiguration.atStart(Engine.CITUS, fast)).doesNotContainKey(Callback.KEY);
  }

  @Test
  void aProgramThatIsGoneIsNamed() {
    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(() -> Callback.of(Path.of("/nowhere"), fast, Engine.CITUS, 1))
        .withMessageContaining("/nowhere/cluster/callbacks/announce-promotion.py");
  }
}
