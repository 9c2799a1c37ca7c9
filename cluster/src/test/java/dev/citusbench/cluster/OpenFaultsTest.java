package dev.citusbench.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.citusbench.cluster.OpenFaults.Undo;
import dev.citusbench.cluster.OpenFaults.Undo.Action;
import dev.citusbench.results.BenchException;
import dev.citusbench.results.Engine;
import dev.citusbench.results.RuntimeKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With {@code sleep} in the place of a daemon. */
final class OpenFaultsTest {
  private static final String MARKER = "0123456789abcdef" + ProcessHandle.current().pid();
  private static final List<Undo> START = List.of(new Undo(Action.START, "etcd1"));

  private static final Network NETWORK =
      new Network(
          NetworkKind.NETNS,
          "198.18.1.0/24",
          List.of(new Network.Node("etcd1", "bench-0-etcd1", "198.18.1.2")));

  private static final String MENDED =
      "nsenter --net=/run/netns/bench-0-etcd1 -- nft add table inet bench_fault; delete table inet bench_fault";
  private static final String LOOKED = "tc -n bench-0-etcd1 qdisc show dev eth0";

  private final List<String> commands = new ArrayList<>();
  private boolean refused;
  private String queue = "qdisc noqueue 0: root refcnt 2";

  @TempDir Path home;
  private Daemons daemons;
  private Launch launch;
  private Path path;
  private OpenFaults faults;

  @BeforeEach
  void cluster() throws IOException {
    // Started by root, the daemon runs as another account, which must be able to write its log.
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxrwxrwx"));
    daemons = new Daemons(new Processes(MARKER, List.of(home)));
    Path folder = Files.createDirectory(home.resolve("etcd1"));
    launch =
        new Launch(
            "etcd1",
            "",
            folder.toString(),
            home.resolve("log").toString(),
            List.of(),
            List.of("sleep", "61"));
    path = home.resolve("open-faults.json");
    faults = faults();
  }

  private OpenFaults faults() {
    return new OpenFaults(
        path, file(), daemons, new Links(NETWORK, this::run), new Disks(MARKER, List.of(home)));
  }

  private Commands.Result run(List<String> command) {
    commands.add(String.join(" ", command));
    return new Commands.Result(refused ? 1 : 0, queue);
  }

  @AfterEach
  void endDaemons() {
    daemons.find(launch).forEach(ProcessHandle::destroyForcibly);
  }

  private ClusterFile file() {
    Login login = new Login("u", "p");
    Daemon etcd = new Daemon("etcd1", List.of("127.0.0.1:1"), launch.log(), 1);
    return new ClusterFile(
        ClusterFile.SCHEMA,
        RuntimeKind.NATIVE,
        Engine.SINGLE,
        "15",
        Map.of(),
        "ha-default",
        Instant.EPOCH,
        1,
        0,
        1,
        "bench",
        List.of(),
        List.of(),
        List.of(etcd),
        etcd,
        new Credentials(login, login, login, login, login),
        NETWORK,
        new DiskSize(1L << 30),
        home.toString(),
        "nobody",
        List.of(launch),
        List.of());
  }

  /** As a suite leaves it that was killed: the process that wrote it is not there. */
  private void abandon() throws IOException {
    String own = "\"pid\" : " + ProcessHandle.current().pid();
    String text = Files.readString(path);
    assertThat(text).contains(own);
    Files.writeString(path, text.replace(own, "\"pid\" : 999999999"));
  }

  @Test
  void whatWasKilledIsStartedAgainAndForgotten() throws Exception {
    faults.add(START);
    assertThat(path).exists();
    faults.undo(START);
    awaitRunning();
    assertThat(path).doesNotExist();
  }

  @Test
  void whatRunsIsNotStartedTwice() throws Exception {
    faults.undo(START);
    awaitRunning();
    faults.undo(START);
    assertThat(daemons.find(launch)).hasSize(1);
  }

  private void awaitRunning() {
    long end = System.nanoTime() + 10_000_000_000L;
    while (daemons.find(launch).stream()
        .noneMatch(p -> Processes.program(p.pid()).equals("sleep"))) {
      assertThat(System.nanoTime()).as("it runs").isLessThan(end);
      Waiting.millis(5);
    }
  }

  @Test
  void anotherFaultStaysNoted() throws Exception {
    List<Undo> other = List.of(new Undo(Action.CONTINUE, "etcd1"));
    faults.add(START);
    faults.add(other);
    faults.undo(START);
    abandon();
    assertThat(faults.undoAbandoned()).isTrue();
    assertThat(path).doesNotExist();
  }

  @Test
  void aFaultOfASuiteThatRunsIsLeftAlone() throws Exception {
    faults.add(START);
    assertThat(faults().undoAbandoned()).isFalse();
    assertThat(path).exists();
    assertThat(daemons.find(launch)).isEmpty();
  }

  @Test
  void aFaultOfASuiteThatWasKilledIsUndone() throws Exception {
    faults.add(START);
    abandon();
    assertThat(faults().undoAbandoned()).isTrue();
    awaitRunning();
    assertThat(path).doesNotExist();
  }

  @Test
  void aBrokenLinkIsMendedAsOftenAsAsked() throws Exception {
    List<Undo> mend = List.of(new Undo(Action.MEND, "etcd1"));
    faults.add(mend);
    assertThat(commands).isEmpty();
    faults.undo(mend);
    faults.undo(mend);
    assertThat(commands).containsExactly(MENDED, LOOKED, MENDED, LOOKED);
    assertThat(path).doesNotExist();
  }

  @Test
  void aFileSystemThatAKilledSuiteLeftFullGetsItsRoomBack() throws Exception {
    Path ballast = Files.createDirectories(home.resolve("disks/worker1-a")).resolve("ballast");
    Files.writeString(ballast, "full");
    faults.add(List.of(new Undo(Action.EMPTY, "worker1-a")));
    assertThat(ballast).exists();
    abandon();
    assertThat(faults().undoAbandoned()).isTrue();
    assertThat(ballast).doesNotExist();
    assertThat(path).doesNotExist();
  }

  @Test
  void whatFailsKeepsNothingElseFromBeingUndoneAndStaysNoted() throws Exception {
    List<Undo> undos = List.of(new Undo(Action.MEND, "etcd1"), new Undo(Action.START, "etcd1"));
    faults.add(undos);
    refused = true;
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> faults.undo(undos))
        .withMessageContaining("nft");
    awaitRunning();
    assertThat(path).exists();
    refused = false;
    faults.undo(undos);
    assertThat(path).doesNotExist();
  }

  private OpenFault held(List<Undo> undos, CompletableFuture<Void> end) throws IOException {
    faults.add(undos);
    Injection injection = new Injection("isolate", "worker1", "etcd1", Instant.EPOCH);
    return new HeldFault(injection, faults, undos, end);
  }

  @Test
  void closedTwiceAFaultIsUndoneOnce() throws Exception {
    OpenFault fault =
        held(List.of(new Undo(Action.MEND, "etcd1")), CompletableFuture.completedFuture(null));
    fault.close();
    fault.close();
    assertThat(commands).containsExactly(MENDED, LOOKED);
    assertThat(path).doesNotExist();
  }

  @Test
  void whatCouldNotBeUndoneIsReportedAndTriedAgain() throws Exception {
    OpenFault fault =
        held(List.of(new Undo(Action.MEND, "etcd1")), CompletableFuture.completedFuture(null));
    refused = true;
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(fault::close)
        .withMessageContaining("nft")
        .satisfies(e -> assertThat(e.kind()).isEqualTo(BenchException.Kind.CLUSTER));
    assertThat(path).exists();
    refused = false;
    fault.close();
    assertThat(path).doesNotExist();
  }

  @Test
  void whatPatroniRefusedIsReportedAfterTheRestIsUndone() throws Exception {
    BenchException refusal = BenchException.usage("Patroni did not do it");
    OpenFault fault =
        held(List.of(new Undo(Action.MEND, "etcd1")), CompletableFuture.failedFuture(refusal));
    assertThatExceptionOfType(BenchException.class).isThrownBy(fault::close).isSameAs(refusal);
    assertThat(path).doesNotExist();
  }

  @Test
  void aDelayIsTakenAwayWhereThereIsOne() throws Exception {
    queue = "qdisc netem 8001: root refcnt 2 limit 1000 delay 100ms";
    faults.undo(List.of(new Undo(Action.MEND, "etcd1")));
    assertThat(commands)
        .containsExactly(MENDED, LOOKED, "tc -n bench-0-etcd1 qdisc delete dev eth0 root");
  }

  @Test
  void aLinkThatAKilledSuiteLeftBrokenIsMended() throws Exception {
    faults.add(List.of(new Undo(Action.MEND, "etcd1")));
    abandon();
    assertThat(faults().undoAbandoned()).isTrue();
    assertThat(commands).containsExactly(MENDED, LOOKED);
  }

  @Test
  void aFaultThatNeedsNoUndoingLeavesNoNote() throws Exception {
    faults.add(List.of());
    assertThat(path).doesNotExist();
    assertThat(faults.undoAbandoned()).isFalse();
  }

  @Test
  void aDamagedNoteIsNamedWithWhatToDo() throws Exception {
    Files.writeString(path, "{");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> faults.undoAbandoned())
        .withMessageContaining("open-faults.json")
        .withMessageContaining("./bench down");
  }
}
