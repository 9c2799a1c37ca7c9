package dev.citusbench.cluster;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A lock file that says who holds it. The lock is gone when its process is, however that ended; the
 * file, and its folder where nothing else is in it, when the lock is released.
 *
 * <p>POSIX gives up all locks that a process has on a file as soon as it closes any descriptor of
 * that file. So a file that this process holds is never opened a second time: {@link #HELD} tells
 * which these are.
 */
final class ProcessLock implements AutoCloseable {
  private static final Map<Path, String> HELD = new HashMap<>();
  private static final int MOST_TRIES = 1000;

  private final Path file;
  private final FileChannel channel;
  private boolean released;

  private ProcessLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Takes the lock; makes the file's folder where it is not there.
   *
   * @param holder what {@link #holder} tells others, one line
   * @return empty where another command, or another thread of this process, holds it
   */
  static Optional<ProcessLock> tryTake(Path file, String holder) throws IOException {
    synchronized (HELD) {
      if (HELD.containsKey(file)) {
        return Optional.empty();
      }
      for (int tries = 1; ; tries++) {
        try {
          Files.createDirectories(file.toAbsolutePath().getParent());
          Optional<FileChannel> open = open(file);
          if (open.isEmpty()) {
            return Optional.empty();
          }
          FileChannel channel = open.get();
          write(channel, holder);
          HELD.put(file, holder);
          return Optional.of(new ProcessLock(file, channel));
        } catch (NoSuchFileException | FileAlreadyExistsException e) {
          // The holder before us removed the file, or the folder, under our hands: again.
          if (tries == MOST_TRIES) {
            throw e;
          }
        }
      }
    }
  }

  /**
   * Writes the holder's name. Where it cannot be written (a full disk) the lock is held as well.
   */
  private static void write(FileChannel channel, String holder) throws IOException {
    try {
      channel.truncate(0);
      channel.write(ByteBuffer.wrap(holder.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      if (!channel.isOpen()) {
        throw e; // interrupted: the lock is gone with the channel
      }
    }
  }

  /** A channel that has the lock of the file that now has this name. */
  private static Optional<FileChannel> open(Path file) throws IOException {
    try {
      Files.createFile(file);
    } catch (FileAlreadyExistsException e) {
      // as often as not
    }
    Object seen = inode(file);
    FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
    boolean ours = false;
    try {
      @Nullable FileLock lock = channel.tryLock();
      if (lock == null) {
        return Optional.empty();
      }
      if (!inode(file).equals(seen)) {
        throw new NoSuchFileException(file.toString());
      }
      ours = true;
      return Optional.of(channel);
    } finally {
      if (!ours) {
        channel.close();
      }
    }
  }

  private static Object inode(Path file) throws IOException {
    return Files.getAttribute(file, "unix:ino");
  }

  /** What the holder says of itself; empty where there is none, or it is just being written. */
  static String holder(Path file) throws IOException {
    synchronized (HELD) {
      String ours = HELD.get(file);
      if (ours != null) {
        return ours;
      }
      try {
        return Files.readString(file).strip();
      } catch (NoSuchFileException e) {
        return "";
      }
    }
  }

  /** Releases the lock. */
  @Override
  public void close() throws IOException {
    synchronized (HELD) {
      if (released) {
        return;
      }
      released = true;
      try {
        Files.deleteIfExists(file);
      } finally {
        channel.close();
        HELD.remove(file);
      }
      try {
        Files.deleteIfExists(file.toAbsolutePath().getParent());
      } catch (DirectoryNotEmptyException e) {
        return; // the cluster's files
      }
    }
  }
}
