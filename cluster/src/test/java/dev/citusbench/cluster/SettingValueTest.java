package dev.citusbench.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SettingValueTest {
  @ParameterizedTest
  @CsvSource({
    "128MB, 16384, 8kB, true",
    "16384, 16384, 8kB, true",
    "128MB, 16383, 8kB, false",
    "2s, 2000, ms, true",
    "30min, 1800, s, true",
    "1.5GB, 1536, MB, true",
    "200, 200, '', true",
    "200, 201, '', false",
    "ON, on, '', true",
    "off, on, '', false",
    "64, 64, kB, true",
    "64, 65, kB, false",
  })
  void askedAndSeenAreComparedInTheServersUnit(
      String asked, String seen, String unit, boolean equal) {
    assertThat(SettingValue.equal(asked, seen, unit)).isEqualTo(equal);
  }
}
