package dev.citusbench.jmh;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How long the disk under a folder had something to do: {@code io_ticks} of {@code
 * /proc/diskstats}, in milliseconds (Linux' {@code Documentation/admin-guide/iostats.rst}, field
 * 10). On a device that serves many requests at once, all of the time busy is not yet all that it
 * can do.
 */
final class DiskUse {
  private static final Path STATISTICS = Path.of("/proc/diskstats");
  private static final int NAME = 2;
  private static final int BUSY_MILLIS = 12;

  private final Optional<Path> folder;
  private final OptionalLong beginMillis;
  private final long beginNanos = System.nanoTime();

  private DiskUse(Optional<Path> folder) {
    this.folder = folder;
    this.beginMillis = busyMillis();
  }

  /**
   * Begins to count.
   *
   * @param folder empty where the disk is another machine's
   */
  static DiskUse begin(Optional<Path> folder) {
    return new DiskUse(folder);
  }

  /** Whether the folder is on this machine. */
  boolean isHere() {
    return folder.isPresent();
  }

  /** From 0 to 1; empty where the folder is on no device of its own, as in memory. */
  Optional<Double> share() {
    OptionalLong now = busyMillis();
    if (beginMillis.isEmpty() || now.isEmpty()) {
      return Optional.empty();
    }
    double millis = (System.nanoTime() - beginNanos) / 1e6;
    return Optional.of(Math.min(1, (now.getAsLong() - beginMillis.getAsLong()) / millis));
  }

  private OptionalLong busyMillis() {
    if (folder.isEmpty()) {
      return OptionalLong.empty();
    }
    try {
      Path device = Path.of(Files.getFileStore(folder.get()).name());
      if (!Files.exists(device)) {
        return OptionalLong.empty();
      }
      String name = String.valueOf(device.toRealPath().getFileName());
      for (String line : Files.readAllLines(STATISTICS)) {
        String[] fields = line.strip().split("\\s+", -1);
        if (fields.length > BUSY_MILLIS && fields[NAME].equals(name)) {
          return OptionalLong.of(Long.parseLong(fields[BUSY_MILLIS]));
        }
      }
      return OptionalLong.empty();
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }
}
