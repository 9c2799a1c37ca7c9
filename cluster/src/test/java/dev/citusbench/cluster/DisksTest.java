package dev.citusbench.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.citusbench.results.BenchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a machine that writes down what it is told, and does of it what later looks find. */
final class DisksTest {
  private static final String MARKER = "0107c0ffee1234567890";
  private static final String OURS = "env CITUS_HA_BENCH_HOME=" + MARKER + " ";
  private static final Duration PATIENCE = Duration.ofMillis(200);
  private static final DiskSize SIZE = DiskSize.of("1GB");

  @TempDir Path machine;
  private final List<String> commands = new ArrayList<>();
  private final List<String> mounted = new ArrayList<>();
  private String refused = "nothing";
  private String said = "fallocate: fallocate failed: No space left on device";
  private Path root;
  private Path mounts;
  private Path devices;
  private Disks disks;

  @BeforeEach
  void machine() throws IOException {
    root = Files.createDirectory(machine.resolve("cluster"));
    mounts = machine.resolve("mountinfo");
    devices = Files.createDirectory(machine.resolve("block"));
    mounted.add("/");
    mounted.add(machine.resolve("cluster-of-another/disks/worker1-a").toString());
    list();
    attach("loop0", machine.resolve("cluster-of-another/disks/worker1-a.ext4").toString());
    Files.createDirectory(devices.resolve("loop7")); // has no file
    Files.createDirectory(devices.resolve("vda"));
    disks = disks();
  }

  private Disks disks() {
    return new Disks(
        MARKER, List.of(root, machine.resolve("none")), this::run, mounts, devices, PATIENCE);
  }

  private void list() throws IOException {
    List<String> lines = new ArrayList<>();
    for (String at : mounted) {
      lines.add("43 27 7:0 / " + at + " rw,nosuid,nodev,relatime - ext4 /dev/loop0 rw");
    }
    Files.write(mounts, lines);
  }

  private void attach(String device, String file) throws IOException {
    Path loop = Files.createDirectories(devices.resolve(device).resolve("loop"));
    Files.writeString(loop.resolve("backing_file"), file + "\n");
  }

  private Commands.Result run(List<String> command) throws IOException {
    String line = String.join(" ", command);
    commands.add(line);
    if (line.contains(refused)) {
      return new Commands.Result(32, "mount: permission denied.");
    }
    String last = command.get(command.size() - 1);
    if (line.startsWith(OURS + "mount ")) {
      mounted.add(last);
      list();
      attach("loop" + mounted.size(), command.get(command.size() - 2));
    } else if (line.startsWith("umount ")) {
      Files.delete(devices.resolve("loop" + mounted.size()).resolve("loop/backing_file"));
      mounted.remove(last);
      list();
    } else if (line.contains("fallocate ")) {
      return new Commands.Result(1, said);
    }
    return new Commands.Result(0, "");
  }

  private static void assumeRoot() {
    assumeTrue(Account.ownUid() == 0, "root");
  }

  private void make(String member) {
    assumeRoot(); // else there is no other account, and nothing of it would be there
    disks.make(root, member, SIZE, Account.current());
  }

  @Test
  void aMembersFileSystemIsASparseFileThatIsMountedForTheDaemonsAlone() throws IOException {
    make("worker1-a");
    Path image = root.resolve("disks/worker1-a.ext4");
    Path at = root.resolve("disks/worker1-a");
    assertThat(commands)
        .containsExactly(
            OURS
                + "mkfs.ext4 -q -F -m 0 -E lazy_itable_init=1,lazy_journal_init=1,nodiscard "
                + image,
            OURS + "mount -t ext4 -o loop,nodev,nosuid,noinit_itable " + image + " " + at);
    assertThat(Files.size(image)).isEqualTo(SIZE.bytes());
    assertThat(Commands.run(List.of("du", "-k", image.toString())).output()).startsWith("0\t");
    assertThat(Files.getOwner(at).getName()).isEqualTo(Account.current().name());
    assertThat(Files.getPosixFilePermissions(at)).hasSize(3);
    assertThat(Disks.mountPoint(root, "worker1-a")).isEqualTo(at);
  }

  @Test
  void whatASuiteMountedBeforeItWasKilledIsFoundWithoutAnyFileOfOursAndNothingOfOthersIsTouched()
      throws IOException {
    make("worker1-a");
    make("worker1-b");
    Disks next = disks();
    assertThat(next.exist()).isTrue();
    commands.clear();
    assertThat(next.remove()).isTrue();
    assertThat(commands)
        .containsExactly(
            "umount " + root.resolve("disks/worker1-b"),
            "umount " + root.resolve("disks/worker1-a"));
    assertThat(next.exist()).isFalse();
    assertThat(mounted).hasSize(2);
    commands.clear();
    assertThat(next.remove()).isFalse();
    assertThat(commands).isEmpty();
  }

  @Test
  void aFolderThatIsReachedThroughALinkIsFoundByTheNameThatTheKernelHas() throws IOException {
    Path link = Files.createSymbolicLink(machine.resolve("link"), machine);
    mounted.add(root.resolve("disks/worker1-a").toString());
    list();
    Disks linked =
        new Disks(MARKER, List.of(link.resolve("cluster")), this::run, mounts, devices, PATIENCE);
    assertThat(linked.exist()).isTrue();
  }

  @Test
  void aDeviceIsOursAfterItsFileWasDeletedToo() throws IOException {
    attach("loop3", root.resolve("disks/worker1-a.ext4") + " (deleted)");
    assertThat(disks.exist()).isTrue();
  }

  @Test
  void whatTheKernelRefusesIsSaidWithWhatItTakes() throws IOException {
    assumeRoot();
    refused = "mount -t ext4";
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> make("worker1-a"))
        .withMessageContaining("loop devices")
        .withMessageContaining("permission denied")
        .satisfies(e -> assertThat(e.kind()).isEqualTo(BenchException.Kind.MACHINE));
    assertThat(disks.exist()).isFalse();
  }

  @Test
  void whereSomebodyElseWorksInOneNothingIsSaidToBeRemoved() {
    make("worker1-a");
    refused = "umount";
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> disks.remove())
        .withMessageContaining("cannot be unmounted")
        .withMessageContaining("fuser -vm " + root.resolve("disks/worker1-a"));
  }

  @Test
  void fullMeansThatTheFileSystemHadNoMoreToGive() throws IOException {
    Path ballast = Files.createDirectories(root.resolve("disks/worker1-a")).resolve("ballast");
    disks.fill(root, "worker1-a");
    assertThat(commands)
        .singleElement()
        .satisfies(
            line ->
                assertThat(line)
                    .matches(OURS + "fallocate --length [1-9][0-9]+ .*")
                    .endsWith(ballast.toString()));
    said = "fallocate: fallocate failed: Operation not supported";
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> disks.fill(root, "worker1-a"))
        .withMessageContaining("could not be filled")
        .withMessageContaining("Operation not supported");
  }

  @Test
  void theRoomIsGivenBackAsOftenAsAsked() throws IOException {
    Path ballast = Files.createDirectories(root.resolve("disks/worker1-a")).resolve("ballast");
    Files.writeString(ballast, "full");
    disks.empty(root, "worker1-a");
    disks.empty(root, "worker1-a");
    assertThat(ballast).doesNotExist();
  }

  @Test
  void aSizeIsSaidAsPostgresDoes() {
    assertThat(DiskSize.of("2GB")).isEqualTo(new DiskSize(2L << 30)).hasToString("2GB");
    assertThat(DiskSize.of("2048MB")).hasToString("2GB");
    assertThat(DiskSize.of("1536MB")).isEqualTo(new DiskSize(1536L << 20)).hasToString("1536MB");
    assertThat(DiskSize.of("none")).isEqualTo(DiskSize.NONE).hasToString("none");
    for (String wrong : List.of("2", "2G", "1023MB", "1025GB", "-1GB", "")) {
      assertThatExceptionOfType(BenchException.class)
          .isThrownBy(() -> DiskSize.of(wrong))
          .withMessageContaining("--disk " + wrong + ": must be none, or 1GB")
          .satisfies(e -> assertThat(e.kind()).isEqualTo(BenchException.Kind.USAGE));
    }
  }
}
