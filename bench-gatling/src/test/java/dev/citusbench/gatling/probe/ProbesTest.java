package dev.citusbench.gatling.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.citusbench.session.Settings;
import java.util.Properties;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ProbesTest {
  /** One of each watch. */
  private static final int WATCHES = 2;

  @Test
  void thereIsRoomForTheProbesOfWhicheverGroupsAreBroken() {
    assertThat(
            IntStream.rangeClosed(1, 3)
                .flatMap(
                    groups ->
                        IntStream.rangeClosed(1, groups).map(broken -> Probes.most(groups, broken)))
                .max())
        .hasValue(Probes.CONNECTIONS - WATCHES);
  }

  @Test
  void thereIsRoomForWhatHangsWhileAWorkerIsFrozen() {
    Settings kill = Settings.from(new Properties());
    assertThat(Probes.demand(kill).what()).contains("with 84 of the probes");
    Settings freeze = kill.with(Settings.Name.FAULT, "kill-postgres,freeze-node");
    assertThat(Probes.demand(freeze).what()).contains("with 120 of the probes");
  }
}
