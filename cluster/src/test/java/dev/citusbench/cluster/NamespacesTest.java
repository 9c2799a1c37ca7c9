package dev.citusbench.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.citusbench.results.BenchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a machine that writes down what it is told, and does of it what leaves files. */
final class NamespacesTest {
  private static final String MARKER = "0107c0ffee1234567890";
  private static final String OURS = "bench-0107c0ffee-";
  private static final String LINK = "cb0107c0ffee";

  @TempDir Path machine;
  private final List<String> commands = new ArrayList<>();
  private String refused = "nothing";
  private String answer = "Error: not here.";
  private Path all;
  private Path interfaces;
  private Namespaces namespaces;

  @BeforeEach
  void machine() throws IOException {
    all = Files.createDirectory(machine.resolve("netns"));
    interfaces = Files.createDirectory(machine.resolve("net"));
    namespaces = new Namespaces(MARKER, this::run, all, interfaces);
  }

  private Commands.Result run(List<String> command) throws IOException {
    String line = String.join(" ", command);
    commands.add(line);
    if (line.contains(refused)) {
      return new Commands.Result(2, answer);
    }
    if (line.startsWith("ip netns add ")) {
      Files.createFile(all.resolve(command.get(3)));
    } else if (line.startsWith("ip netns delete ")) {
      Files.delete(all.resolve(command.get(3)));
    } else if (line.startsWith("ip link add " + LINK)) {
      Files.createFile(interfaces.resolve(LINK));
    } else if (line.startsWith("ip link delete ")) {
      Files.delete(interfaces.resolve(command.get(3)));
    }
    return new Commands.Result(0, "");
  }

  private static void assumeRoot() {
    assumeTrue(Account.ownUid() == 0, "root");
  }

  private static void assumePrograms() {
    String lacking = Namespaces.lacking().orElse("");
    assumeTrue(lacking.isEmpty(), lacking);
  }

  @Test
  void eachDaemonGetsANamespaceAndAnAddressThatAreThoseOfTheHome() throws IOException {
    Network network = namespaces.plan(List.of("etcd1", "worker1-a"));
    assertThat(network.subnet()).isEqualTo("198.19.7.0/24");
    assertThat(network.host("worker1-a")).isEqualTo("198.19.7.3");
    assertThat(network.namespace("worker1-a")).isEqualTo(OURS + "worker1-a");
    assertThat(network.host("haproxy")).isEqualTo("127.0.0.1");
    assertThat(network.namespace("haproxy")).isEmpty();
    assertThat(network.clients()).containsExactly("127.0.0.1/32", "198.19.7.0/24");
    assertThat(network.listen("worker1-a", 5432)).isEqualTo("198.19.7.3,127.0.0.1:5432");
    assertThat(all.toFile().list()).isEmpty();
  }

  @Test
  void onLoopbackAllIsAsItWas() {
    Network network = Network.loopback();
    assertThat(network.clients()).containsExactly("127.0.0.1/32");
    assertThat(network.listen("worker1-a", 5432)).isEqualTo("127.0.0.1:5432");
    assertThat(network.namespace("worker1-a")).isEmpty();
  }

  @Test
  void aBridgeInANamespaceJoinsThem() throws IOException {
    namespaces.make(namespaces.plan(List.of("worker1-a")));
    assertThat(commands.subList(2, commands.size()))
        .containsExactly(
            "ip netns add " + OURS + "hub",
            "ip -n " + OURS + "hub link set lo up",
            "ip -n " + OURS + "hub link add br0 type bridge stp_state 0",
            "ip -n " + OURS + "hub link set br0 up",
            "ip link add " + LINK + " type veth peer name host netns " + OURS + "hub",
            "ip -n " + OURS + "hub link set host master br0 up",
            "ip address add 198.19.7.1/24 dev " + LINK,
            "ip link set " + LINK + " up",
            "ip netns add " + OURS + "worker1-a",
            "ip -n " + OURS + "worker1-a link set lo up",
            "ip link add eth0 netns "
                + (OURS + "worker1-a type veth peer name worker1-a netns " + OURS + "hub"),
            "ip -n " + OURS + "hub link set worker1-a master br0 up",
            "ip -n " + OURS + "worker1-a address add 198.19.7.2/24 dev eth0",
            "ip -n " + OURS + "worker1-a link set eth0 up");
  }

  @Test
  void allNamesOfInterfacesAreShortEnoughForTheKernel() {
    assertThat(LINK).hasSizeLessThan(16);
    assertThat(Ports.memberName(0, Ports.MOST_MEMBERS_PER_GROUP)).hasSizeLessThan(16);
  }

  @Test
  void whatASuiteMadeBeforeItWasKilledIsFoundAndRemovedWithoutAnyFileOfOurs() throws IOException {
    assumeRoot();
    Files.createFile(all.resolve("bench-ffffffffff-hub"));
    Files.createFile(all.resolve("other"));
    refused = "address add";
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> namespaces.make(namespaces.plan(List.of("worker1-a"))))
        .withMessageContaining("ip address add 198.19.7.1/24")
        .withMessageContaining("not here");
    Namespaces next = new Namespaces(MARKER, this::run, all, interfaces);
    assertThat(next.exist()).isTrue();
    commands.clear();
    assertThat(next.remove()).isTrue();
    assertThat(commands)
        .containsExactly("ip link delete " + LINK, "ip netns delete " + OURS + "hub");
    assertThat(next.exist()).isFalse();
    assertThat(all.toFile().list()).hasSize(2);
    commands.clear();
    assertThat(next.remove()).isFalse();
    assertThat(commands).isEmpty();
  }

  @Test
  void aMachineWhereNobodyMadeANamespaceHasNone() {
    Path none = machine.resolve("none");
    assertThat(new Namespaces(MARKER, this::run, none, none).exist()).isFalse();
  }

  @Test
  void whatTheKernelRefusesIsSaidAndWhatWasTriedIsRemoved() {
    assumePrograms();
    refused = "type bridge";
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> namespaces.check())
        .withMessageContaining("link add br0 type bridge': Error: not here.")
        .satisfies(e -> assertThat(e.kind()).isEqualTo(BenchException.Kind.MACHINE));
    assertThat(namespaces.exist()).isFalse();
  }

  @Test
  void aKernelWithoutNetemCannotDelay() {
    assumePrograms();
    refused = "netem";
    assertThat(namespaces.lackingForDelay().orElseThrow())
        .contains("sch_netem", "Error: not here.", "modprobe");
    refused = "nothing";
    assertThat(namespaces.lackingForDelay()).isEmpty();
    assertThat(namespaces.exist()).isFalse();
  }

  @Test
  void whoMayNotDelayIsNotToldOfTheKernel() {
    assumePrograms();
    refused = "netem";
    answer = "RTNETLINK answers: Operation not permitted";
    assertThat(namespaces.lackingForDelay().orElseThrow())
        .contains("Operation not permitted", "CAP_NET_ADMIN")
        .doesNotContain("sch_netem");
    refused = "netns add";
    assertThat(namespaces.lackingForDelay().orElseThrow()).contains("netns add", "not permitted");
  }

  @Test
  void twoCommandsThatTryTheKernelAtOnceDoNotMeet() throws IOException {
    assumePrograms();
    Path other = Files.createFile(all.resolve(OURS + "probe1"));
    assertThat(namespaces.lackingForDelay()).isEmpty();
    assertThat(commands).isNotEmpty().noneMatch(line -> line.contains("probe1 "));
    assertThat(other).exists();
  }

  @Test
  void aPartitionIsOneTransactionThatReplacesWhatWasThere() {
    assertThat(PacketRules.cut(List.of("198.19.7.2", "198.19.7.3"), false))
        .startsWith(PacketRules.none() + "; add table inet bench_fault; ")
        .contains("in ip saddr { 198.19.7.2, 198.19.7.3 } drop")
        .endsWith("out ip daddr { 198.19.7.2, 198.19.7.3 } drop");
  }

  @Test
  void oneWayMeansThatTheMemberIsStillHeard() {
    assertThat(PacketRules.cut(List.of("198.19.7.2"), true))
        .contains("in ip saddr { 198.19.7.2 } drop")
        .endsWith("out accept");
  }

  @Test
  void aMemberAlwaysReachesItself() {
    assertThat(PacketRules.isolate()).contains("in iif != lo drop").endsWith("out oif != lo drop");
    assertThat(PacketRules.loss(10))
        .contains("in iif != lo numgen random mod 100 < 10 drop")
        .endsWith("out oif != lo numgen random mod 100 < 10 drop");
  }
}
