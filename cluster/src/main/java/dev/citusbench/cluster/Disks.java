package dev.citusbench.cluster;

import dev.citusbench.results.BenchException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * File systems of members of one home's cluster, each in a sparse file in the cluster's folder: a
 * member's data lies on one of its own, and nothing else does.
 *
 * <p>What is there is found by looking at the machine, for mounts and loop devices whose files are
 * in folders of the home: so a suite that was killed at any moment leaves nothing that the next
 * command would not find. What makes them bears the mark of the home, as daemons do, so that it is
 * ended before they are removed.
 */
final class Disks {
  private static final List<Programs.Needed> NEEDED =
      List.of(
          new Programs.Needed("mkfs.ext4", "e2fsprogs"),
          new Programs.Needed("mount", "mount"),
          new Programs.Needed("umount", "mount"),
          new Programs.Needed("fallocate", "util-linux"));

  private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
  private static final Path DEVICES = Path.of("/sys/block");

  /** How long the kernel is given to let go of what has ended. */
  private static final Duration LETTING_GO = Duration.ofSeconds(5);

  private final String marker;
  private final List<Path> places;
  private final Commands.Runner runner;
  private final Path mounts;
  private final Path devices;
  private final Duration lettingGo;

  /**
   * Those of a home.
   *
   * @param marker unique to the home
   * @param places where a cluster of the home can have its folder
   */
  Disks(String marker, List<Path> places) {
    this(marker, places, Commands::runAsRoot, MOUNTS, DEVICES, LETTING_GO);
  }

  Disks(
      String marker,
      List<Path> places,
      Commands.Runner runner,
      Path mounts,
      Path devices,
      Duration lettingGo) {
    this.marker = marker;
    this.places = places;
    this.runner = runner;
    this.mounts = mounts;
    this.devices = devices;
    this.lettingGo = lettingGo;
  }

  /** Where a member's file system is mounted. */
  static Path mountPoint(Path root, String member) {
    return root.resolve("disks").resolve(member);
  }

  private static Path image(Path root, String member) {
    return root.resolve("disks").resolve(member + ".ext4");
  }

  private static Path ballast(Path root, String member) {
    return mountPoint(root, member).resolve("ballast");
  }

  /** What a machine lacks for them, and how to get it; empty where it can be tried. */
  static Optional<String> lacking() {
    if (Account.ownUid() != 0) {
      return Optional.of("--disk mounts file systems, which root alone may: run as root");
    }
    List<Programs.Needed> missing =
        NEEDED.stream().filter(needed -> Programs.locate(needed.name()).isEmpty()).toList();
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of("for --disk " + Programs.missing(missing).getMessage());
  }

  /**
   * Makes and mounts the file system of a member, for this account alone. Where that fails, what is
   * there is left to {@link #remove}.
   *
   * <p>All blocks are the daemons' to use, root has no reserve; what ext4 would go on writing after
   * mkfs, for minutes and under a measurement, is left unwritten: it is zero in a sparse file.
   *
   * @throws BenchException where something is lacking: what, and what to do
   */
  void make(Path root, String member, DiskSize size, Account account) {
    try {
      account.takeOver(mount(root, member, size.bytes()));
    } catch (IOException e) {
      throw new BenchException(
          BenchException.Kind.MACHINE,
          "--disk needs a kernel with loop devices and ext4, and the right to mount (in a container CAP_SYS_ADMIN and /dev/loop*); this failed: %s"
              .formatted(e.getMessage()),
          e);
    }
  }

  private Path mount(Path root, String member, long bytes) throws IOException {
    Path mounted = mountPoint(root, member);
    Path disks = mounted.resolveSibling("");
    if (!Files.isDirectory(disks)) {
      Files.createDirectory(
          disks,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
    }
    Files.createDirectory(mounted);
    Path image = image(root, member);
    Files.createFile(
        image, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try (RandomAccessFile sparse = new RandomAccessFile(image.toFile(), "rw")) {
      sparse.setLength(bytes);
    }
    run(
        "mkfs.ext4",
        "-q",
        "-F",
        "-m",
        "0",
        "-E",
        "lazy_itable_init=1,lazy_journal_init=1,nodiscard",
        image.toString());
    run(
        "mount",
        "-t",
        "ext4",
        "-o",
        "loop,nodev,nosuid,noinit_itable",
        image.toString(),
        mounted.toString());
    return mounted;
  }

  /**
   * Leaves no byte free in a member's file system; what is written into blocks that files have
   * already, such as recycled WAL, still goes through. Takes milliseconds: no block is written.
   *
   * @throws IOException where the file system is not full then
   */
  void fill(Path root, String member) throws IOException {
    Path mounted = mountPoint(root, member);
    String total = Long.toString(mounted.toFile().getTotalSpace());
    Commands.Result result =
        runner.run(marked("fallocate", "--length", total, ballast(root, member).toString()));
    // More is asked for than there is: ext4 gives what there is, and says that it was not enough.
    if (!result.output().contains("No space left on device")) {
      throw new IOException(
          "%s could not be filled, fallocate says: %s".formatted(mounted, result.output()));
    }
  }

  /** Gives the room back. Does no harm where it is given back already. */
  void empty(Path root, String member) throws IOException {
    Files.deleteIfExists(ballast(root, member));
  }

  private String run(String... command) throws IOException {
    return runner.output(marked(command));
  }

  /** So that it is found among the home's processes. */
  private List<String> marked(String... command) {
    List<String> all = new ArrayList<>(List.of("env", Processes.VARIABLE + "=" + marker));
    all.addAll(List.of(command));
    return all;
  }

  /** Whether anything of this home is there. */
  boolean exist() {
    try {
      return !mounted().isEmpty() || !attached().isEmpty();
    } catch (IOException e) {
      throw Cluster.failed(e);
    }
  }

  /** What is mounted in folders of this home, the newest first. */
  private List<Path> mounted() throws IOException {
    List<Path> found = new ArrayList<>();
    for (String line : Files.readAllLines(mounts)) {
      // The fifth is where; blanks in it are escaped, and no folder of ours has one.
      Path at = Path.of(line.split(" ", -1)[4]);
      if (isOurs(at)) {
        found.add(0, at);
      }
    }
    return found;
  }

  /** Loop devices whose files are, or were until they were deleted, in folders of this home. */
  private List<String> attached() throws IOException {
    List<String> found = new ArrayList<>();
    try (DirectoryStream<Path> loops = Files.newDirectoryStream(devices, "loop*")) {
      for (Path loop : loops) {
        if (isOurs(backingFile(loop))) {
          found.add("/dev/" + loop.getFileName());
        }
      }
    } catch (NoSuchFileException e) {
      return List.of();
    }
    return found;
  }

  private static Path backingFile(Path loop) {
    try {
      return Path.of(Files.readString(loop.resolve("loop/backing_file")).strip());
    } catch (IOException e) {
      return Path.of(""); // it has none, or had one until a moment ago
    }
  }

  private boolean isOurs(Path path) {
    return places.stream().flatMap(Disks::names).anyMatch(path::startsWith);
  }

  /** A folder as it is called, and as the kernel calls it, which follows links. */
  private static Stream<Path> names(Path place) {
    try {
      return Stream.of(place, place.resolveSibling("").toRealPath().resolve(place.getFileName()));
    } catch (IOException e) {
      return Stream.of(place);
    }
  }

  /**
   * Unmounts all that is there; its processes must have ended before. The files stay.
   *
   * @return whether there was anything
   * @throws BenchException where somebody else works in one: nothing must be deleted then
   */
  boolean remove() {
    boolean any = exist();
    if (any && Account.ownUid() != 0) {
      throw BenchException.usage(
          "the file systems of the cluster's members belong to root: run this as root");
    }
    try {
      long deadline = System.nanoTime() + lettingGo.toNanos();
      for (List<Path> left = mounted(); !left.isEmpty(); left = mounted()) {
        String said = "";
        for (Path at : left) {
          said = runner.run(List.of("umount", at.toString())).output();
        }
        if (!said.isEmpty() && System.nanoTime() > deadline) {
          throw new BenchException(
              BenchException.Kind.MACHINE,
              "%s cannot be unmounted (%s): see who works in it with 'fuser -vm %s', and run './bench down' again"
                  .formatted(left.get(0), said, left.get(0)));
        }
        Waiting.millis(said.isEmpty() ? 0 : 50);
      }
      // The kernel detaches a device when its last user has gone, which may be a program that
      // looks at all new devices.
      long detached = System.nanoTime() + lettingGo.toNanos();
      for (List<String> left = attached(); !left.isEmpty(); left = attached()) {
        if (System.nanoTime() > detached) {
          throw new BenchException(
              BenchException.Kind.MACHINE,
              "%s of a member's file system is in use by another program: see 'fuser -v %s', and run './bench down' again"
                  .formatted(left.get(0), left.get(0)));
        }
        Waiting.millis(20);
      }
    } catch (IOException e) {
      throw Cluster.failed(e);
    }
    return any;
  }
}
