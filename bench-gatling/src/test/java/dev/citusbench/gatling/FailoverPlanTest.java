package dev.citusbench.gatling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.citusbench.results.Manifest.Outage;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FailoverPlanTest {
  @Test
  void whatAProbeSawIsToldByTheNameOfItsGroupWithoutBlanksAtTheEnd() {
    assertThat(FailoverPlan.told(new Outage("read", 0, 0, 20, Map.of())))
        .isEqualTo("  plain: read on coordinator: no outage (± 20 ms)");
    assertThat(
            FailoverPlan.told(
                new Outage("write", 1, 4_588.6, 20, Map.of("57014", 5L, "08006", 31L))))
        .isEqualTo(
            "  plain: write on worker1: 4589 ms without a success (± 20 ms); 31 × SQLSTATE 08006, 5 × SQLSTATE"
                + " 57014");
  }
}
