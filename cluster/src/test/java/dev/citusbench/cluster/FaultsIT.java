package dev.citusbench.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.citusbench.results.BenchException;
import dev.citusbench.results.Engine;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Faults on one real cluster that is settled before each of them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FaultsIT {
  private static final Duration SETTLED = Duration.ofSeconds(60);

  private Path home;
  private Cluster cluster;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    home = TestHome.in(Files.createDirectories(folder.resolve("home"))).toRealPath();
    Programs programs = Programs.find();
    Engine engine = programs.citusVersion().isPresent() ? Engine.CITUS : Engine.FDW;
    cluster =
        Cluster.start(
            ClusterSpec.reference(home, engine, Tuning.load(home, "ha-floor"), 3),
            programs,
            System.out::println);
  }

  @AfterAll
  void clear() {
    Cluster.clear(home, Progress.silent());
  }

  @BeforeEach
  void settle() {
    cluster.awaitSettled(SETTLED, System.out::println);
  }

  private OpenFault fire(FaultKind kind, FaultTarget target) {
    return cluster.faults().prepare(kind, target).fire();
  }

  private static void await(String what, BooleanSupplier seen) {
    long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!seen.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      Waiting.millis(50);
    }
  }

  private void awaitOtherPrimary(int group, String before) {
    await(
        "another primary than " + before,
        () ->
            cluster.status().members().stream()
                .anyMatch(
                    member ->
                        member.group() == group
                            && member.role().equals("primary")
                            && !member.name().equals(before)));
  }

  private boolean runs(String daemon) {
    return !daemons().find(cluster.file().launch(daemon)).isEmpty();
  }

  private Daemons daemons() {
    BenchFolder bench = BenchFolder.of(home);
    return new Daemons(new Processes(bench.marker(), bench.places()));
  }

  private boolean writerListens() {
    Route writer = cluster.route("writer");
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(writer.host(), writer.port()), 500);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void assertNothingIsOpen() {
    assertThat(BenchFolder.of(home).openFaults()).doesNotExist();
  }

  @Test
  void aSwitchoverMovesThePrimaryAndLeavesNothingToUndo() {
    String before = cluster.primary(1).name();
    int promotions = cluster.promotions(1).size();
    Instant asked = Instant.now();
    try (OpenFault fault = fire(FaultKind.SWITCHOVER, FaultTarget.primaryOf(1))) {
      assertThat(fault.injection().member()).isEqualTo(before);
      assertThat(fault.injection().kind()).isEqualTo("switchover");
      assertNothingIsOpen();
      awaitOtherPrimary(1, before);
    }
    cluster.awaitSettled(SETTLED, System.out::println);
    await("Patroni knows of it", () -> cluster.promotions(1).size() > promotions);
    Promotion last = cluster.promotions(1).get(promotions);
    assertThat(last.leader()).isEqualTo(cluster.primary(1).name());
    assertThat(last.at()).isBetween(asked, Instant.now());
  }

  private Member member(String name) {
    return cluster.file().members().stream()
        .filter(member -> member.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static boolean stopped(ProcessHandle process) {
    return Processes.stopped(process.pid()).orElse(true); // ended while it was looked at
  }

  private static boolean goesOn(ProcessHandle process) {
    return !Processes.stopped(process.pid()).orElse(false);
  }

  @Test
  void postgresAloneFrozenGoesOnWhereItWas() {
    String before = cluster.primary(0).name();
    try (OpenFault fault = fire(FaultKind.FREEZE_POSTGRES, FaultTarget.primaryOf(0))) {
      assertThat(daemons().postgres(member(fault.injection().member())))
          .isNotEmpty()
          .allMatch(FaultsIT::stopped);
    }
    assertThat(daemons().postgres(member(before))).allMatch(FaultsIT::goesOn);
  }

  @Test
  void aSilentNodeIsReplacedAndComesBackAsAStandby() throws IOException {
    Member before = cluster.primary(2);
    Launch launch = cluster.file().launch(before.name());
    try (OpenFault fault = fire(FaultKind.FREEZE_NODE, FaultTarget.primaryOf(2))) {
      assertThat(fault.injection().member()).isEqualTo(before.name());
      assertThat(daemons().find(launch)).isNotEmpty().allMatch(FaultsIT::stopped);
      assertThat(daemons().postgres(before)).isNotEmpty().allMatch(FaultsIT::stopped);
      awaitOtherPrimary(2, before.name());
      // Before 3.0.3 a Patroni that goes on where it was may take its leader key back; one that
      // starts anew looks first.
      daemons().find(launch).forEach(Daemons::kill);
      await("its Patroni ends", () -> !runs(before.name()));
    }
    assertThat(daemons().postgres(before)).isNotEmpty().allMatch(FaultsIT::goesOn);
    daemons().start(launch, Account.current());
    cluster.awaitSettled(SETTLED, System.out::println);
    assertThat(cluster.primary(2)).isNotEqualTo(before);
  }

  /** As after a primary that was frozen took its leader key back. */
  @Test
  void aSynchronousStandbyIsNamedAgainWhereAnotherPrimaryHadNamedOne() throws IOException {
    Member primary = cluster.primary(1);
    String other = primary.name().equals("worker1-a") ? "worker1-b" : "worker1-a";
    SyncKey key = new SyncKey(cluster.file());
    assertThat(key.writer(1)).contains(primary.name());
    String value = "{\"leader\":\"%s\",\"sync_standby\":null}".formatted(other);
    Daemon etcd = cluster.file().etcd().get(0);
    String put =
        "{\"key\":\"%s\",\"value\":\"%s\"}"
            .formatted(code(PatroniKeys.sync(cluster.file().engine(), 1)), code(value));
    assertThat(
            new Http(300, 1500)
                .send("POST", etcd.host(), etcd.port(), "/v3/kv/put", null, put)
                .status())
        .isEqualTo(200);
    List<String> said = new ArrayList<>();
    cluster.awaitSettled(SETTLED, said::add);
    assertThat(said)
        .singleElement()
        .asString()
        .contains(other + " has that key of etcd as primary");
    assertThat(key.writer(1)).contains(primary.name());
  }

  private static String code(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aDeadStandbyIsStartedAgain() {
    Member primary = cluster.primary(1);
    try (OpenFault fault = fire(FaultKind.LOSE_STANDBY, FaultTarget.standbyOf(1))) {
      String lost = fault.injection().member();
      assertThat(lost).isNotEqualTo(primary.name()).startsWith("worker1");
      await("its processes end", () -> daemons().postgres(member(lost)).isEmpty());
      assertThat(runs(lost)).isFalse();
    }
    cluster.awaitSettled(SETTLED, System.out::println);
    assertThat(cluster.primary(1)).isEqualTo(primary);
  }

  @Test
  void aDeadNodeIsReplacedAndComesBackAsAStandby() {
    String before = cluster.primary(0).name();
    try (OpenFault fault = fire(FaultKind.KILL_NODE, FaultTarget.primaryOf(0))) {
      assertThat(fault.injection().member()).isEqualTo(before);
      assertThat(runs(before)).isFalse();
      awaitOtherPrimary(0, before);
    }
    cluster.awaitSettled(SETTLED, System.out::println);
    assertThat(cluster.primary(0).name()).isNotEqualTo(before);
  }

  @Test
  void patroniAloneKilledIsStartedAgainBesideItsPostgres() {
    String victim = cluster.primary(2).name();
    try (OpenFault fault = fire(FaultKind.KILL_PATRONI, FaultTarget.primaryOf(2))) {
      assertThat(fault.injection().member()).isEqualTo(victim);
      assertThat(runs(victim)).isFalse();
      assertThat(daemons().postgres(member(victim))).isNotEmpty();
    }
    await("it runs again", () -> runs(victim));
    cluster.awaitSettled(SETTLED, System.out::println);
    // Again, and as before: what Patroni had forgotten is there again.
    assertThat(cluster.primary(2).name()).isEqualTo(victim);
    assertThat(cluster.status().members()).filteredOn(m -> m.group() == 2 && m.sync()).hasSize(1);
  }

  @Test
  void aRestartEndsWithTheSamePrimary() {
    String before = cluster.primary(1).name();
    List<ProcessHandle> servers = daemons().postgres(member(before));
    try (OpenFault fault = fire(FaultKind.RESTART, FaultTarget.primaryOf(1))) {
      assertThat(fault.injection().member()).isEqualTo(before);
    }
    cluster.awaitSettled(SETTLED, System.out::println);
    assertThat(cluster.primary(1).name()).isEqualTo(before);
    assertThat(servers).isNotEmpty().noneMatch(ProcessHandle::isAlive);
  }

  @Test
  void etcdsLeaderIsKilledAndAnotherLeadsUntilItIsBack() {
    EtcdLeader leader = new EtcdLeader(cluster.file().etcd());
    String before = leader.name();
    try (OpenFault fault = fire(FaultKind.KILL_ETCD, FaultTarget.ETCD)) {
      assertThat(fault.injection().member()).isEqualTo(before);
      assertThat(runs(before)).isFalse();
      await("another leads", () -> !leaderOr(leader, before).equals(before));
    }
    await("it runs again", () -> runs(before));
  }

  private static String leaderOr(EtcdLeader leader, String none) {
    try {
      return leader.name();
    } catch (BenchException e) {
      return none;
    }
  }

  @Test
  void withoutAQuorumNobodyLeads() {
    try (OpenFault fault = fire(FaultKind.KILL_ETCD_QUORUM, FaultTarget.ETCD)) {
      assertThat(fault.injection().member().split(" ")).hasSize(2);
      await("nobody leads", () -> leaderOr(new EtcdLeader(cluster.file().etcd()), "").isEmpty());
    }
    await("somebody leads", () -> !leaderOr(new EtcdLeader(cluster.file().etcd()), "").isEmpty());
  }

  @Test
  void haproxyIsKilledAndStartedAgain() {
    try (OpenFault fault = fire(FaultKind.KILL_HAPROXY, FaultTarget.PROXY)) {
      assertThat(fault.injection().member()).isEqualTo("haproxy");
      await("nobody listens", () -> !writerListens());
    }
    await("it listens again", this::writerListens);
  }

  @Test
  void aReloadLeavesOneHaproxy() {
    Launch launch = cluster.file().launch("haproxy");
    long before = daemons().find(launch).get(0).pid();
    try (OpenFault fault = fire(FaultKind.RELOAD_HAPROXY, FaultTarget.PROXY)) {
      assertThat(fault.injection().target()).isEqualTo("haproxy");
    }
    await(
        "another process listens alone",
        () -> daemons().find(launch).stream().allMatch(p -> p.pid() != before) && writerListens());
  }

  @Test
  void aFaultThatAKilledSuiteLeftOpenIsUndoneByTheNextThatFindsTheCluster() throws Exception {
    Member victim = cluster.primary(1);
    try (OpenFault fault = fire(FaultKind.FREEZE_POSTGRES, FaultTarget.primaryOf(1))) {
      assertThat(fault.injection().member()).isEqualTo(victim.name());
      Path noted = BenchFolder.of(home).openFaults();
      Files.writeString(
          noted,
          Files.readString(noted)
              .replace("\"pid\" : " + ProcessHandle.current().pid(), "\"pid\" : 999999999"));
      assertThat(Cluster.find(home)).isPresent();
      assertThat(daemons().postgres(victim)).isNotEmpty().allMatch(FaultsIT::goesOn);
      assertNothingIsOpen();
    }
  }

  @Test
  void whatDoesNotRunCannotBeKilled() {
    try (OpenFault first = fire(FaultKind.KILL_HAPROXY, FaultTarget.PROXY)) {
      assertThat(first.injection()).isNotNull();
      assertThatExceptionOfType(BenchException.class)
          .isThrownBy(() -> fire(FaultKind.KILL_HAPROXY, FaultTarget.PROXY))
          .withMessageContaining("haproxy does not run");
    }
  }
}
