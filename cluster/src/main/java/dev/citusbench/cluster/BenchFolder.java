package dev.citusbench.cluster;

import dev.citusbench.results.BenchException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * {@code .bench/} of one home: {@code cluster.json}, the lock of commands that start and stop, and,
 * where the daemons' account may enter it, the cluster's own folder. Where it may not (a checkout
 * below {@code /root}), or where the path has characters that some daemon would trip over, the
 * cluster's folder is a private one below {@code /var/tmp}, named by a hash of the home.
 */
final class BenchFolder {
  private static final Path ELSEWHERE = Path.of("/var/tmp");

  private final Path home;
  private final Path dir;
  private final String marker;

  private BenchFolder(Path home) {
    this.home = home;
    this.dir = home.resolve(".bench");
    this.marker = hash(home.toString());
  }

  static BenchFolder of(Path home) {
    try {
      return new BenchFolder(home.toRealPath());
    } catch (IOException e) {
      throw BenchException.usage(
          "the folder " + home + " is not there or not readable: " + e.getMessage());
    }
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 10);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  Path home() {
    return home;
  }

  Path dir() {
    return dir;
  }

  /** Unique to the home's path. */
  String marker() {
    return marker;
  }

  Path clusterFile() {
    return dir.resolve("cluster.json");
  }

  /** Network namespaces of this home. */
  Namespaces namespaces() {
    return new Namespaces(marker);
  }

  /** File systems of members of this home. */
  Disks disks() {
    return new Disks(marker, places());
  }

  /** Held by the command that has the cluster for itself. */
  Path reservation() {
    return dir.resolve("in-use");
  }

  /** Names of shared memory that killed servers may have left behind. */
  Path sharedMemory() {
    return dir.resolve("shared-memory");
  }

  /** What must be undone of faults that are open. */
  Path openFaults() {
    return dir.resolve("open-faults.json");
  }

  /** Logs of a start that failed, kept until the next one. */
  Path failedStart() {
    return dir.resolve("failed-start");
  }

  /** All places where a cluster of this home can have its folder. */
  List<Path> places() {
    return List.of(
        dir.resolve("cluster"),
        ELSEWHERE.resolve("citus-ha-bench-" + Account.ownUid() + "-" + marker));
  }

  /** Makes the cluster's folder, empty, where the account may enter it. */
  Path makeClusterFolder(Account account) throws IOException {
    Files.createDirectories(dir);
    boolean plain = home.toString().matches("[A-Za-z0-9/._+@=-]+");
    Path place = places().get(plain && account.mayEnter(dir) ? 0 : 1);
    try {
      Files.createDirectory(
          place,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx--x--x")));
    } catch (FileAlreadyExistsException e) {
      throw new BenchException(
          BenchException.Kind.MACHINE,
          place + " is there and not ours: look at it and remove it",
          e);
    }
    spread(place);
    return place;
  }

  /**
   * Asks ext4 to put each folder below this one into a block group of its own choice, by the
   * folder's name, as it does below a root folder. Where folders of an earlier cluster lay, making
   * files is slow for some minutes: ext4 looks at, and passes over, each inode that was deleted a
   * short time ago. Other file systems, and machines without the program, need not follow.
   */
  private static void spread(Path folder) throws IOException {
    Path chattr = Path.of("/usr/bin/chattr");
    if (Files.isExecutable(chattr)) {
      Commands.run(List.of(chattr.toString(), "+T", folder.toString()));
    }
  }

  /** Whether a folder was made by us: ours, a real folder, and writable by nobody else. */
  static boolean isOurs(Path folder) throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    int uid = (Integer) Files.getAttribute(folder, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    Set<PosixFilePermission> permissions =
        Files.getPosixFilePermissions(folder, LinkOption.NOFOLLOW_LINKS);
    return uid == Account.ownUid()
        && !permissions.contains(PosixFilePermission.GROUP_WRITE)
        && !permissions.contains(PosixFilePermission.OTHERS_WRITE);
  }

  Optional<ClusterFile> read() {
    Path file = clusterFile();
    try {
      ClusterFile read = Json.MAPPER.readValue(Files.readString(file), ClusterFile.class);
      return Optional.of(read).filter(f -> f.schema() == ClusterFile.SCHEMA && isWhole(f));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (AccessDeniedException e) {
      throw BenchException.usage(
          file + " belongs to another user: run this as the one who started the cluster");
    } catch (JacksonException | CharacterCodingException e) {
      return Optional.empty(); // damaged, or of another version: clear() does not need it
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether nothing is missing in a record, nor in what it holds. */
  private static boolean isWhole(@Nullable Object value) {
    if (value instanceof Record) {
      try {
        for (RecordComponent component : value.getClass().getRecordComponents()) {
          if (!isWhole(component.getAccessor().invoke(value))) {
            return false;
          }
        }
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e);
      }
    } else if (value instanceof Collection<?> all) {
      return all.stream().allMatch(BenchFolder::isWhole);
    }
    return value != null;
  }

  /** A cluster that runs is no left-over, though its file cannot be read. */
  void checkNotDamaged(boolean alive) {
    if (alive && Files.exists(clusterFile()) && read().isEmpty()) {
      throw BenchException.usage(
          "a cluster runs here, but %s is damaged or of another version: './bench down' clears it"
              .formatted(clusterFile()));
    }
  }

  void write(ClusterFile file) throws IOException {
    Path temporary = dir.resolve("cluster.json.new");
    Files.deleteIfExists(temporary);
    Secrets.write(temporary, Json.MAPPER.writeValueAsString(file) + "\n");
    Files.move(temporary, clusterFile(), StandardCopyOption.ATOMIC_MOVE);
  }

  /** Whether there is anything that could be of a cluster. */
  boolean exists() {
    return Files.exists(dir)
        || namespaces().exist()
        || disks().exist()
        || places().stream().anyMatch(p -> Files.exists(p, LinkOption.NOFOLLOW_LINKS));
  }

  /** Something that is done while the lock is held. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws IOException;
  }

  /** Only one command at a time starts or stops the cluster of a home. */
  <T> T locked(Work<T> work) {
    try (ProcessLock lock = lock()) {
      return work.run();
    } catch (IOException e) {
      throw Cluster.failed(e);
    }
  }

  private ProcessLock lock() {
    Path file = dir.resolve("lock");
    try {
      Optional<ProcessLock> lock =
          ProcessLock.tryTake(file, Long.toString(ProcessHandle.current().pid()));
      if (lock.isPresent()) {
        return lock.get();
      }
      String pid = ProcessLock.holder(file);
      throw BenchException.usage(
          "another command (pid %s) is starting or stopping the cluster of %s: wait for it"
              .formatted(pid.isEmpty() ? "unknown" : pid, home));
    } catch (AccessDeniedException e) {
      throw ofAnotherUser();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  BenchException ofAnotherUser() {
    return BenchException.usage(
        dir + " belongs to another user: run this as the one who started the cluster");
  }
}
