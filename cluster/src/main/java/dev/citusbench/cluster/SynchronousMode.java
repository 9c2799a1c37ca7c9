package dev.citusbench.cluster;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Brings a group back to synchronous replication that Patroni has left without it, which two things
 * were seen to do with 3.0:
 *
 * <ul>
 *   <li>A Patroni that is killed and started again beside a PostgreSQL that ran on writes that
 *       one's configuration without {@code synchronous_standby_names}; since etcd still says which
 *       standby is synchronous it sees nothing to do, and commits wait for nobody until PostgreSQL
 *       is restarted.
 *   <li>A primary that was frozen for longer than its lease, and takes its leader key back (before
 *       3.0.3, patroni#2689), finds that the one that was promoted meanwhile has written the key
 *       that says which standby is synchronous: none yet. Patroni does not write over another
 *       primary's then, and the group stays without one.
 * </ul>
 *
 * Switching {@code synchronous_mode} off and on by Patroni's REST API makes it delete that key and
 * assign a standby anew, without a restart and with replication going on.
 */
final class SynchronousMode {
  private static final String KEY = "synchronous_mode";

  /** Patroni is woken up by a change of its configuration; its loop takes up to some seconds. */
  private static final Duration PATRONI_TAKES = Duration.ofSeconds(15);

  private final PatroniApi patroni;
  private final SyncKey key;
  private final Object wanted;

  /**
   * @param tuning one that is synchronous
   */
  SynchronousMode(ClusterFile file, Tuning tuning) {
    this.patroni = new PatroniApi(file.credentials().patroni());
    this.key = new SyncKey(file);
    this.wanted = tuning.patroni().getOrDefault(KEY, true);
  }

  /**
   * Mends the group of a primary, where it must be.
   *
   * @return what was done, as a sentence; empty where Patroni is to be left to it
   */
  Optional<String> mend(Member primary) throws IOException {
    String group = Member.groupName(primary.group());
    if (!isWanted(primary)) {
      // Somebody who did the below was killed half way.
      patroni.patch(primary, Map.of(KEY, wanted));
      return Optional.of("%s: switched Patroni's %s on again".formatted(group, KEY));
    }
    Optional<String> problem = problem(primary);
    if (problem.isEmpty()) {
      return Optional.empty();
    }
    patroni.patch(primary, Map.of(KEY, false));
    long deadline = System.nanoTime() + PATRONI_TAKES.toNanos();
    boolean there = true;
    try {
      while (there && System.nanoTime() < deadline) {
        Waiting.millis(50);
        there = key.writer(primary.group()).isPresent();
      }
    } finally {
      patroni.patch(primary, Map.of(KEY, wanted));
    }
    return Optional.of(
        "%s: %s: switched %s off and on%s"
            .formatted(
                group,
                problem.get(),
                KEY,
                there
                    ? "; Patroni still had not deleted the key after %d s"
                        .formatted(PATRONI_TAKES.toSeconds())
                    : ""));
  }

  private Optional<String> problem(Member primary) throws IOException {
    Optional<String> other = key.writer(primary.group()).filter(w -> !w.equals(primary.name()));
    if (other.isPresent()) {
      return Optional.of(
          "%s names no synchronous standby, because %s has that key of etcd as primary"
              .formatted(primary.name(), other.get()));
    }
    Set<String> named = patroni.synchronousStandbys(primary);
    boolean forgotten =
        patroni.ask(primary).streaming().entrySet().stream()
            .anyMatch(s -> named.contains(s.getKey()) && s.getValue().equals("async"));
    return forgotten
        ? Optional.of(
            "%s did not wait for %s, though Patroni has it as synchronous"
                .formatted(primary.name(), String.join(", ", named)))
        : Optional.empty();
  }

  private boolean isWanted(Member primary) throws IOException {
    return patroni.configuration(primary).path(KEY).asString("").equals(String.valueOf(wanted));
  }
}
