package dev.citusbench.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.citusbench.results.BenchException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PortsTest {
  /** Away from those of a cluster that may be up. */
  private static final int FIRST = 27_400;

  private static final Map<String, Integer> WANTED =
      new LinkedHashMap<>(Map.of("writer", 32, "reader", 33, "etcd1", 2));

  private static ServerSocket hold(int port) throws IOException {
    return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
  }

  @Test
  void freePortsAreThePreferredOnes() {
    try (Ports ports = Ports.choose(WANTED, FIRST, FIRST + 300)) {
      assertThat(ports.of("writer")).isEqualTo(FIRST + 32);
      assertThat(ports.address("etcd1")).isEqualTo("127.0.0.1:" + (FIRST + 2));
      assertThat(ports.replaced()).isEmpty();
    }
  }

  @Test
  void aTakenPortIsReplacedAndSaid() throws IOException {
    try (ServerSocket held = hold(FIRST + 32);
        Ports ports = Ports.choose(WANTED, FIRST, FIRST + 300)) {
      assertThat(ports.of("writer")).isNotEqualTo(held.getLocalPort());
      assertThat(ports.of("reader")).isEqualTo(FIRST + 33);
      assertThat(ports.replaced())
          .singleElement()
          .asString()
          .contains("port " + (FIRST + 32) + " is taken", "writer", "" + ports.of("writer"));
    }
  }

  @Test
  void twoThatChooseAtTheSameMomentGetDifferentPorts() {
    try (Ports one = Ports.choose(WANTED, FIRST, FIRST + 300);
        Ports other = Ports.choose(WANTED, FIRST, FIRST + 300)) {
      assertThat(other.of("writer")).isEqualTo(one.of("writer") + 100);
      assertThat(other.replaced()).singleElement().asString().contains("in use by others");
    }
  }

  @Test
  void noFreePortIsAnErrorThatSaysSo() throws IOException {
    List<ServerSocket> held = new ArrayList<>();
    try {
      for (int offset : WANTED.values()) {
        held.add(hold(FIRST + offset));
      }
      assertThatExceptionOfType(BenchException.class)
          .isThrownBy(() -> Ports.choose(WANTED, FIRST, FIRST + 100))
          .withMessageContaining("no 3 free ports")
          .satisfies(e -> assertThat(e.kind()).isEqualTo(BenchException.Kind.MACHINE));
    } finally {
      for (ServerSocket socket : held) {
        socket.close();
      }
    }
  }

  @Test
  void noTwoThingsWantTheSamePort() {
    ClusterSpec spec =
        new ClusterSpec(
            TestHome.checkout(),
            dev.citusbench.results.Engine.CITUS,
            Tuning.load(TestHome.checkout(), "ha-default"),
            Ports.MOST_WORKERS,
            Ports.MOST_MEMBERS_PER_GROUP,
            3,
            NetworkKind.LOOPBACK,
            DiskSize.NONE);
    Map<String, Integer> wanted = Ports.wanted(spec);
    assertThat(new HashSet<>(wanted.values())).hasSameSizeAs(wanted.keySet());
    assertThat(wanted.values()).allMatch(offset -> offset > 0 && offset < 100);
  }
}
