package dev.citusbench.results;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NearestTest {
  private static final List<String> VALID = List.of("run", "up", "citus", "ha-default", "ha-fast");

  @ParameterizedTest
  @CsvSource({"rnu, run", "cytus, citus", "ha-defualt, ha-default", "ha-fsat, ha-fast"})
  void aMisspeltNameHasANearestOne(String name, String nearest) {
    assertThat(Nearest.to(name, VALID)).contains(nearest);
  }

  @ParameterizedTest
  @ValueSource(strings = {"xyz", "", "q", "top", "production", "20200101"})
  void aNameThatResemblesNothingHasNone(String name) {
    assertThat(Nearest.to(name, VALID)).isEmpty();
  }

  @Test
  void whatResemblesNothingIsAnsweredWithAllThereIs() {
    assertThat(BenchException.unknown("tuning", "xyz", List.of("ha-default", "ha-fast")))
        .hasMessage("unknown tuning 'xyz': there are ha-default, ha-fast");
    assertThat(BenchException.unknown("tuning", "ha-fsat", List.of("ha-default", "ha-fast")))
        .hasMessage("unknown tuning 'ha-fsat': did you mean 'ha-fast'? (ha-default, ha-fast)");
  }
}
