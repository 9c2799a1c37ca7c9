package dev.citusbench.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.citusbench.results.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Each stress on a real cluster of one group, and what is left of it; the last test stops it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class StressIT {
  private Path home;
  private Cluster cluster;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    home = TestHome.in(Files.createDirectories(folder.resolve("home"))).toRealPath();
    cluster =
        Cluster.start(
            ClusterSpec.reference(home, Engine.SINGLE, Tuning.load(home, "ha-floor"), 1),
            Programs.find(),
            System.out::println);
  }

  @AfterAll
  void clear() {
    Cluster.clear(home, Progress.silent());
  }

  private Daemons daemons() {
    BenchFolder bench = BenchFolder.of(home);
    return new Daemons(new Processes(bench.marker(), bench.places()));
  }

  private OpenFault begin(StressKind kind, long value) {
    return cluster
        .stresses()
        .prepare(kind, AbandonedStress.target(kind), value, AbandonedStress.AT_MOST)
        .fire();
  }

  private List<ProcessHandle> postgres() {
    return daemons().postgres(cluster.primary(0));
  }

  private List<ProcessHandle> etcd() {
    return daemons().find(cluster.file().launch("etcd1"));
  }

  private void assertNothingIsLeft() {
    assertThat(BenchFolder.of(home).openFaults()).doesNotExist();
    assertThat(daemons().stressors().find()).isEmpty();
    assertThat(Stream.concat(postgres().stream(), etcd().stream()))
        .isNotEmpty()
        .allMatch(StressIT::isFree);
  }

  private static boolean isFree(ProcessHandle process) {
    return !process.isAlive()
        || (!Stressors.isTraced(process.pid()) && !Processes.stopped(process.pid()).orElse(false));
  }

  private static void assumeTracer() {
    Stressors.lackingTracer().ifPresent(reason -> assumeTrue(false, reason));
  }

  @Test
  @Order(1)
  void aPausedNodeGoesOn() {
    Member primary = cluster.primary(0);
    try (OpenFault pause = begin(StressKind.PAUSE, 10)) {
      assertThat(pause.injection().kind()).isEqualTo("freeze-node");
      assertThat(daemons().postgres(primary))
          .isNotEmpty()
          .allMatch(p -> Processes.stopped(p.pid()).orElse(true));
    }
    assertNothingIsLeft();
  }

  @Test
  @Order(2)
  void theMachineIsBusyWithAsManyProcessesForEachCore() {
    try (OpenFault load = begin(StressKind.LOAD, 2)) {
      assertThat(load.injection().target()).isEqualTo("machine");
      assertThat(daemons().stressors().find("load"))
          .filteredOn(p -> Processes.program(p.pid()).equals("timeout"))
          .hasSize(2 * Runtime.getRuntime().availableProcessors());
    }
    assertNothingIsLeft();
  }

  @Test
  @Order(3)
  void aCommitTakesAsMuchLongerAsItsSyncEvenOfAServerProcessThatIsForkedMeanwhile()
      throws SQLException {
    assumeTracer();
    Member primary = cluster.primary(0);
    try (OpenFault disk = begin(StressKind.DISK, 400)) {
      assertThat(disk.injection().member()).isEqualTo(primary.name());
      assertThat(postgres()).isNotEmpty().allMatch(p -> Stressors.isTraced(p.pid()));
      try (Connection connection =
              Sql.connect(
                  primary, cluster.file().database(), cluster.file().credentials().application());
          Statement statement = connection.createStatement()) {
        statement.execute("create table if not exists synced (n int)");
        long before = System.nanoTime();
        statement.execute("insert into synced values (1)");
        assertThat(Duration.ofNanos(System.nanoTime() - before))
            .isGreaterThanOrEqualTo(Duration.ofMillis(400));
      }
    }
    assertNothingIsLeft();
  }

  @Test
  @Order(4)
  void allThreadsOfEtcdAreTraced() {
    assumeTracer();
    try (OpenFault disk = begin(StressKind.ETCD_DISK, 5)) {
      assertThat(disk.injection().member()).isEqualTo("etcd1");
      assertThat(etcd()).isNotEmpty().allMatch(p -> Stressors.isTraced(p.pid()));
    }
    assertNothingIsLeft();
  }

  @Test
  @Order(5)
  void whatAKilledSuiteLeftUnderStressIsRelievedByTheNextThatFindsTheCluster() throws Exception {
    AbandonedStress.begin(home, StressKind.PAUSE);
    assertThat(Cluster.find(home)).isPresent();
    assertNothingIsLeft();
    AbandonedStress.begin(home, StressKind.LOAD);
    assertThat(daemons().stressors().find()).isNotEmpty();
    assertThat(Cluster.find(home)).isPresent();
    assertNothingIsLeft();
  }

  @Test
  @Order(6)
  void ofAKilledSuitesStressesDownLeavesNothing() throws Exception {
    AbandonedStress.begin(home, StressKind.LOAD);
    if (Stressors.lackingTracer().isEmpty()) {
      begin(StressKind.DISK, 4000);
      begin(StressKind.ETCD_DISK, 4000);
    }
    List<ProcessHandle> all = daemons().stressors().find();
    assertThat(all).isNotEmpty();
    Cluster.clear(home, Progress.silent());
    assertThat(all).noneMatch(ProcessHandle::isAlive);
    assertThat(Cluster.hasLeftovers(home)).isFalse();
  }
}
