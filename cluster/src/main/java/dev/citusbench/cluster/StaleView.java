package dev.citusbench.cluster;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Starts a primary's Patroni anew that goes on with an old view of etcd. One before 3.0.3 that was
 * frozen for longer than its lease may have it for ever (patroni#2783): each time it assigns the
 * synchronous standby it finds that somebody else has written that key, and the group stays without
 * one. Its PostgreSQL runs on. Each Patroni is started anew once at most, since its log still has
 * what it said before.
 */
final class StaleView {
  /** What Patroni says each time. */
  private static final String SAYS = "Synchronous replication key updated by someone else";

  /** So often among the last lines; once may be a race that the next round wins. */
  private static final int TIMES = 3;

  private static final int LAST_BYTES = 2_000;

  /** A process that was killed gives its port back when it is gone. */
  private static final Duration PORT_IS_FREE = Duration.ofSeconds(3);

  private final ClusterFile file;
  private final Daemons daemons;
  private final Set<String> mended = new HashSet<>();

  StaleView(ClusterFile file, Daemons daemons) {
    this.file = file;
    this.daemons = daemons;
  }

  /**
   * Mends a group of that primary, where it must be.
   *
   * @return what was done, as a sentence; empty where Patroni is to be left to it
   */
  Optional<String> mend(Member primary) throws IOException {
    int times = lastOf(primary.patroniLog()).split(SAYS, -1).length - 1;
    if (times < TIMES || !mended.add(primary.name())) {
      return Optional.empty();
    }
    Launch launch = file.launch(primary.name());
    daemons.find(launch).forEach(Daemons::kill);
    long end = System.nanoTime() + PORT_IS_FREE.toNanos();
    while (!daemons.find(launch).isEmpty() && System.nanoTime() - end < 0) {
      Waiting.millis(5);
    }
    daemons.start(launch, Account.current());
    return Optional.of(
        "%s: the Patroni of %s has an old view of etcd ('%s'): started it anew; see %s"
            .formatted(
                Member.groupName(primary.group()), primary.name(), SAYS, primary.patroniLog()));
  }

  private static String lastOf(String log) throws IOException {
    try (RandomAccessFile opened = new RandomAccessFile(log, "r")) {
      byte[] last = new byte[(int) Math.min(LAST_BYTES, opened.length())];
      opened.seek(opened.length() - last.length);
      opened.readFully(last);
      return new String(last, StandardCharsets.ISO_8859_1);
    }
  }
}
