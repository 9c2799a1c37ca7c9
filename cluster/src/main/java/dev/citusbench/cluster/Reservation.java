package dev.citusbench.cluster;

import dev.citusbench.results.BenchException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * The cluster of one home for one command alone: while it is measured, nobody else measures it,
 * loads it, starts it or stops it. Gone with the process that took it, however that ended.
 */
public final class Reservation implements AutoCloseable {
  private static final int TRIES = 50;

  private final ProcessLock lock;

  private Reservation(ProcessLock lock) {
    this.lock = lock;
  }

  /**
   * Takes it, and waits a second for it: a part of a command that was killed ends a moment later.
   *
   * @param what the command, as it is told to others that want the cluster meanwhile
   * @throws BenchException where another command has it: which, since when, and its process id
   */
  public static Reservation take(Path home, String what) {
    BenchFolder bench = BenchFolder.of(home);
    Path file = bench.reservation();
    String holder =
        "%s (pid %d), since %s"
            .formatted(
                what, ProcessHandle.current().pid(), Instant.now().truncatedTo(ChronoUnit.SECONDS));
    try {
      String other = "";
      for (int tries = 0; tries < TRIES; tries++) {
        Optional<ProcessLock> lock = ProcessLock.tryTake(file, holder);
        if (lock.isPresent()) {
          return new Reservation(lock.get());
        }
        other = ProcessLock.holder(file);
        Waiting.millis(20);
      }
      throw BenchException.usage(
          "the cluster of %s is in use by %s: wait for it, or end it with Ctrl-C where it runs"
              .formatted(bench.home(), other.isEmpty() ? "another command" : other));
    } catch (AccessDeniedException e) {
      throw bench.ofAnotherUser();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot reserve " + file, e);
    }
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
