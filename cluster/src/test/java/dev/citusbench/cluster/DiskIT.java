package dev.citusbench.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.citusbench.results.BenchException;
import dev.citusbench.results.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Full disks on one real cluster whose members have file systems of their own, which the last test
 * takes away.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class DiskIT {
  private static final Duration SETTLED = Duration.ofSeconds(90);
  private static final DiskSize SIZE = DiskSize.of("1GB");

  private Path home;
  private Cluster cluster;

  @BeforeAll
  void start(@TempDir Path folder) throws IOException {
    String lacking = Disks.lacking().orElse("");
    assumeTrue(lacking.isEmpty(), lacking);
    home = TestHome.in(Files.createDirectories(folder.resolve("home"))).toRealPath();
    Programs programs = Programs.find();
    Engine engine = programs.citusVersion().isPresent() ? Engine.CITUS : Engine.FDW;
    ClusterSpec spec =
        ClusterSpec.reference(home, engine, Tuning.load(home, "ha-floor"), 1).with(SIZE);
    try {
      cluster = Cluster.start(spec, programs, System.out::println);
    } catch (BenchException e) {
      assumeTrue(e.kind() != BenchException.Kind.MACHINE, e.getMessage());
      throw e;
    }
    cluster.awaitSettled(SETTLED, System.out::println);
  }

  @AfterAll
  void clear() {
    if (cluster != null) {
      Cluster.clear(home, Progress.silent());
    }
  }

  private Member member(String name) {
    return cluster.file().members().stream()
        .filter(member -> member.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static long freeBytes(Member member) {
    return Path.of(member.dataFolder()).resolveSibling("").toFile().getUsableSpace();
  }

  private OpenFault fire(FaultTarget target) {
    return cluster.faults().prepare(FaultKind.DISK_FULL, target).fire();
  }

  /** What a write of as many bytes to one member says; empty where it was taken. */
  private String write(Member member, int megabytes) {
    Login login = cluster.file().credentials().application();
    try (Connection connection = Sql.connect(member, cluster.file().database(), login);
        Statement statement = connection.createStatement()) {
      statement.execute("set statement_timeout = '20s'");
      statement.execute("create table if not exists filler (text text)");
      statement.execute(
          "insert into filler select repeat(md5(i::text), 30) from generate_series(1, %d) i"
              .formatted(megabytes * 1000));
      return "";
    } catch (SQLException e) {
      return e.getSQLState() + " " + e.getMessage();
    }
  }

  @Test
  @Order(1)
  void eachMembersDataIsOnAFileSystemOfItsOwn() throws IOException {
    List<Member> members = cluster.file().members();
    assertThat(members.stream().map(m -> device(Path.of(m.dataFolder()))))
        .doesNotHaveDuplicates()
        .doesNotContain(device(Path.of(cluster.file().folder())));
    for (Member member : members) {
      assertThat(Path.of(member.dataFolder()).toFile().getTotalSpace())
          .isBetween(SIZE.bytes() * 9 / 10, SIZE.bytes());
      assertThat(freeBytes(member)).isGreaterThan(SIZE.bytes() / 2);
    }
  }

  private static Object device(Path folder) {
    try {
      return Files.getAttribute(folder, "unix:dev");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  @Order(2)
  void aFullStandbyHasNoByteLeftUntilItIsUndone() {
    Member primary = cluster.primary(2);
    Member standby;
    try (OpenFault fault = fire(FaultTarget.standbyOf(2))) {
      standby = member(fault.injection().member());
      assertThat(freeBytes(standby)).isZero();
      assertThat(freeBytes(primary)).isPositive();
      assertThat(BenchFolder.of(home).openFaults()).exists();
    }
    assertThat(freeBytes(standby)).isGreaterThan(SIZE.bytes() / 2);
    assertThat(BenchFolder.of(home).openFaults()).doesNotExist();
    cluster.awaitSettled(SETTLED, System.out::println);
    assertThat(cluster.primary(2)).isEqualTo(primary);
  }

  @Test
  @Order(3)
  void aFullPrimaryTakesNoMoreThanItHasRoomForAndAllStreamAgainWhenItIsUndone() {
    Member primary = cluster.primary(1);
    assertThat(write(primary, 1)).isEmpty();
    try (OpenFault fault = fire(FaultTarget.primaryOf(1))) {
      assertThat(fault.injection().member()).isEqualTo(primary.name());
      String said = write(primary, 64);
      System.out.println("a full primary says: " + said);
      // 53100 where a table could not grow; where WAL could not, PostgreSQL panics.
      assertThat(said).matches(text -> text.startsWith("53100") || text.startsWith("08"));
    }
    cluster.awaitSettled(SETTLED, System.out::println);
    assertThat(write(cluster.primary(1), 1)).isEmpty();
  }

  @Test
  @Order(4)
  void downAfterASuiteWasKilledWithAFullDiskLeavesNothing() throws Exception {
    String hit = AbandonedFault.open(home, FaultKind.DISK_FULL);
    assertThat(freeBytes(member(hit))).isZero();
    assertThat(BenchFolder.of(home).openFaults()).exists();
    Path root = Path.of(cluster.file().folder());
    assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).contains(root + "/");

    Cluster.clear(home, Progress.silent());

    assertThat(Cluster.hasLeftovers(home)).isFalse();
    assertThat(root).doesNotExist();
    assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(root + "/");
    assertThat(Commands.runAsRoot(List.of("losetup", "--all")).output())
        .doesNotContain(root.toString());
  }
}
