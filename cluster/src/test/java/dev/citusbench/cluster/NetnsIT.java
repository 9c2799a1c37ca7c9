package dev.citusbench.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.citusbench.results.BenchException;
import dev.citusbench.results.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Network faults on one real cluster in network namespaces, which the last test takes away. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class NetnsIT {
  private static final Duration SETTLED = Duration.ofSeconds(60);

  private Path home;
  private Cluster cluster;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    String lacking = Namespaces.lacking().orElse("");
    assumeTrue(lacking.isEmpty(), lacking);
    home = TestHome.in(Files.createDirectories(folder.resolve("home"))).toRealPath();
    try {
      BenchFolder.of(home).namespaces().check();
    } catch (BenchException e) {
      assumeTrue(false, e.getMessage());
    }
    Programs programs = Programs.find();
    assumeTrue(programs.citusVersion().isPresent(), "Citus: engine fdw has no network namespaces");
    cluster =
        Cluster.start(
            ClusterSpec.reference(home, Engine.CITUS, Tuning.load(home, "ha-floor"), 3)
                .on(NetworkKind.NETNS),
            programs,
            System.out::println);
    cluster.awaitSettled(SETTLED, System.out::println);
  }

  @AfterAll
  void clear() {
    if (cluster != null) {
      Cluster.clear(home, Progress.silent());
    }
  }

  private OpenFault fire(FaultKind kind, FaultTarget target) {
    return cluster.faults().prepare(kind, target).fire();
  }

  private static void await(String what, BooleanSupplier seen) {
    long end = System.nanoTime() + SETTLED.toNanos();
    while (!seen.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      Waiting.millis(50);
    }
  }

  private Member member(String name) {
    return cluster.file().members().stream()
        .filter(member -> member.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private Member standbyOf(Member primary) {
    return cluster.file().group(primary.group()).stream()
        .filter(member -> !member.equals(primary))
        .findFirst()
        .orElseThrow();
  }

  /** Whether a connection is made from where a daemon is within a second. */
  private boolean reaches(String from, String host, int port) {
    String connect = "exec 3<>/dev/tcp/%s/%d".formatted(host, port);
    return inside(from, List.of("timeout", "1", "bash", "-c", connect)).exit() == 0;
  }

  private boolean reaches(Member from, Member to) {
    return reaches(from.name(), to.host(), to.port());
  }

  private boolean reachesEtcd(Member from) {
    Daemon etcd = cluster.file().etcd().get(0);
    return reaches(from.name(), etcd.host(), etcd.port());
  }

  private Commands.Result inside(String daemon, List<String> command) {
    try {
      return Commands.runAsRoot(
          Namespaces.inside(cluster.file().network().namespace(daemon), command));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private String rules(String member) {
    return inside(member, List.of("nft", "list", "ruleset")).output();
  }

  private boolean isPrimary(Member member) {
    return cluster.status().members().stream()
        .anyMatch(seen -> seen.name().equals(member.name()) && seen.role().equals("primary"));
  }

  @Test
  @Order(1)
  void fromANamespaceNothingButItsSubnetIsReached() {
    Network network = cluster.file().network();
    assertThat(network.nodes()).hasSize(9);
    for (Network.Node node : network.nodes()) {
      assertThat(inside(node.name(), List.of("ip", "route")).output())
          .startsWith(network.subnet() + " dev eth0")
          .hasLineCount(1);
    }
    assertThat(cluster.primary(0).host()).isEqualTo(network.host(cluster.primary(0).name()));
    assertThat(cluster.route("writer").host()).isEqualTo("127.0.0.1");
  }

  @Test
  @Order(2)
  void membersOfAGroupArePartedFromEachOtherAlone() {
    Member primary = cluster.primary(1);
    Member standby = standbyOf(primary);
    assertThat(reaches(standby, primary)).isTrue();
    try (OpenFault fault = fire(FaultKind.PARTITION_MEMBERS, FaultTarget.standbyOf(1))) {
      assertThat(fault.injection().member()).isEqualTo(standby.name());
      assertThat(reaches(standby, primary)).isFalse();
      assertThat(reaches(primary, standby)).isFalse();
      assertThat(reaches(cluster.primary(0), primary)).isTrue();
      assertThat(reachesEtcd(standby)).isTrue();
    }
    assertThat(reaches(standby, primary)).isTrue();
    assertThat(rules(standby.name())).isEmpty();
  }

  @Test
  @Order(3)
  void aWorkerIsPartedFromTheCoordinatorAlone() {
    Member worker = cluster.primary(2);
    Member coordinator = cluster.primary(0);
    try (OpenFault fault = fire(FaultKind.PARTITION_WORKER, FaultTarget.primaryOf(2))) {
      assertThat(fault.injection().member()).isEqualTo(worker.name());
      assertThat(reaches(coordinator, worker)).isFalse();
      assertThat(reaches(cluster.primary(1), worker)).isTrue();
    }
    assertThat(reaches(coordinator, worker)).isTrue();
  }

  @Test
  @Order(4)
  void oneWayTheMemberIsHeardAndHearsNothing() {
    Member worker = cluster.primary(2);
    try (OpenFault fault = fire(FaultKind.PARTITION_WORKER_ONE_WAY, FaultTarget.primaryOf(2))) {
      assertThat(fault.injection().kind()).isEqualTo("partition-worker-one-way");
      assertThat(rules(worker.name())).contains("ip saddr {").doesNotContain("ip daddr");
      assertThat(reaches(cluster.primary(0), worker)).isFalse();
    }
  }

  @Test
  @Order(5)
  void anIsolatedStandbyIsReachedByNobodyUntilItIsUndone() {
    Member standby = standbyOf(cluster.primary(2));
    try (OpenFault fault = fire(FaultKind.ISOLATE, FaultTarget.standbyOf(2))) {
      assertThat(fault.injection().member()).isEqualTo(standby.name());
      assertThat(reachesEtcd(standby)).isFalse();
      assertThat(reaches(cluster.primary(0), standby)).isFalse();
      assertThat(reaches(standby.name(), "127.0.0.1", standby.port())).isTrue();
    }
    assertThat(reachesEtcd(standby)).isTrue();
  }

  @Test
  @Order(6)
  void lossIsARuleThatIsThereUntilItIsUndone() {
    String hit;
    try (OpenFault fault = fire(FaultKind.LOSS, FaultTarget.standbyOf(0))) {
      hit = fault.injection().member();
      assertThat(rules(hit)).contains("numgen random mod 100 < 10 drop");
    }
    assertThat(rules(hit)).isEmpty();
  }

  @Test
  @Order(7)
  void aDelayIsMadeOrRefusedWithTheReason() {
    if (BenchFolder.of(home).namespaces().lackingForDelay().isPresent()) {
      assertThatExceptionOfType(BenchException.class)
          .isThrownBy(() -> fire(FaultKind.DELAY, FaultTarget.standbyOf(0)))
          .withMessageStartingWith("delay: ")
          .withMessageContaining("sch_netem");
      return;
    }
    String hit;
    List<String> look = List.of("tc", "qdisc", "show", "dev", "eth0");
    try (OpenFault fault = fire(FaultKind.DELAY, FaultTarget.standbyOf(0))) {
      hit = fault.injection().member();
      assertThat(inside(hit, look).output()).contains("netem");
    }
    assertThat(inside(hit, look).output()).doesNotContain("netem");
  }

  @Test
  @Order(8)
  void aPrimaryPartedFromEtcdIsDemotedAndReplacedAndStreamsAgainWhenHealed() {
    cluster.awaitSettled(SETTLED, System.out::println);
    Member old = cluster.primary(1);
    Member other = standbyOf(old);
    try (OpenFault fault = fire(FaultKind.PARTITION_ETCD, FaultTarget.primaryOf(1))) {
      assertThat(fault.injection().member()).isEqualTo(old.name());
      assertThat(reachesEtcd(old)).isFalse();
      assertThat(reaches(cluster.primary(0), old)).isTrue();
      await(old.name() + " is no primary", () -> !isPrimary(old));
      await(other.name() + " is primary", () -> isPrimary(other));
      assertThat(isPrimary(old)).isFalse();
    }
    cluster.awaitSettled(SETTLED, System.out::println);
    assertThat(cluster.status().members())
        .filteredOn(member -> member.name().equals(old.name()))
        .singleElement()
        .satisfies(member -> assertThat(member.state()).isEqualTo("streaming"));
    assertThat(cluster.primary(1)).isEqualTo(other);
  }

  @Test
  @Order(9)
  void downAfterASuiteWasKilledInAPartitionLeavesNothing() throws Exception {
    Network network = cluster.file().network();
    String hit = AbandonedFault.open(home, FaultKind.PARTITION_ETCD);
    assertThat(reachesEtcd(member(hit))).isFalse();
    assertThat(BenchFolder.of(home).openFaults()).exists();

    Cluster.clear(home, Progress.silent());

    assertThat(Cluster.hasLeftovers(home)).isFalse();
    List<String> left = new ArrayList<>();
    for (String list : new String[] {"ip netns", "ip -o link", "ip -o address", "ip route"}) {
      left.add(Commands.runAsRoot(List.of(list.split(" "))).output());
    }
    String prefix = network.namespace("etcd1").replace("etcd1", "");
    assertThat(String.join("\n", left))
        .doesNotContain(prefix, network.host("etcd1").replaceFirst("\\d+$", ""))
        .doesNotContain("cb" + prefix.split("-", -1)[1]);
    assertThat(Commands.runAsRoot(List.of("nft", "list", "ruleset")).output())
        .doesNotContain("bench_fault");
  }
}
