package dev.citusbench.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.citusbench.results.BenchException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SubnetTest {
  private static final String MARKER = "0107ffff"; // 263, so 198.19.7.0/24

  @Test
  void aHomeGetsTheSameOneEachTime() {
    Subnet subnet = Subnet.free(MARKER, "default via 192.0.2.1 dev eth0\n192.0.2.0/24 dev eth0\n");
    assertThat(subnet.cidr()).isEqualTo("198.19.7.0/24");
    assertThat(subnet.address(1)).isEqualTo("198.19.7.1");
    assertThat(subnet.address(25)).isEqualTo("198.19.7.25");
    assertThat(Subnet.free(MARKER, "")).isEqualTo(subnet);
  }

  @ParameterizedTest
  @CsvSource({
    "198.19.7.0/24 dev cb0 proto kernel, 198.19.8.0/24",
    "local 198.19.7.9 dev eth1,          198.19.8.0/24",
    "198.19.7.128/25 dev eth1,           198.19.8.0/24",
    "198.19.0.0/16 via 10.0.0.1,         198.18.0.0/24",
    "198.19.6.0/24 dev eth1,             198.19.7.0/24",
    "128.0.0.0/1 via 10.8.0.1,           198.19.7.0/24",
  })
  void whatTheMachineHasARouteToIsNotTaken(String route, String taken) {
    assertThat(Subnet.free(MARKER, route).cidr()).isEqualTo(taken);
  }

  @Test
  void whereNoneIsLeftTheErrorSaysWhatToDo() {
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> Subnet.free(MARKER, "198.18.0.0/15 via 10.0.0.1"))
        .withMessageContaining("ip route")
        .satisfies(e -> assertThat(e.kind()).isEqualTo(BenchException.Kind.MACHINE));
  }
}
