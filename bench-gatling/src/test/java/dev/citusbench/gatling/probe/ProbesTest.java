package dev.citusbench.gatling.probe;

import static org.assertj.core.api.Assertions.assertThat;

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
}
