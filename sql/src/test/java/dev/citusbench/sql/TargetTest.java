package dev.citusbench.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.citusbench.results.Engine;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TargetTest {
  private static final String ON = "-c citus.enable_repartition_joins=on";

  private static Map<String, String> driver(Engine engine, Map<String, String> given) {
    return new Target(engine, new Endpoint("db", 5432), List.of(), "bench", "me", "", given)
        .driver();
  }

  @Test
  void everySessionOnCitusMayRepartition() {
    assertThat(driver(Engine.CITUS, Map.of("tcpKeepAlive", "true")))
        .isEqualTo(Map.of("tcpKeepAlive", "true", "options", ON));
  }

  @Test
  void optionsThatAreGivenStay() {
    Map<String, String> both = driver(Engine.CITUS, Map.of("options", "-c work_mem=8MB"));
    assertThat(both).isEqualTo(Map.of("options", "-c work_mem=8MB " + ON));
    assertThat(driver(Engine.CITUS, both)).as("made again of what it has").isEqualTo(both);
    Map<String, String> off = Map.of("options", "-c citus.enable_repartition_joins=off");
    assertThat(driver(Engine.CITUS, off)).isEqualTo(off);
  }

  @Test
  void otherEnginesDoNotHearOfIt() {
    assertThat(driver(Engine.SINGLE, Map.of())).isEmpty();
    assertThat(driver(Engine.FDW, Map.of())).isEmpty();
  }
}
