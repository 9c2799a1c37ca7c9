package dev.citusbench.gatling.probe;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Prepared transactions that a fault left over: seen a second or more after they were prepared. The
 * load prepares some all the time; those of its own end within milliseconds.
 */
public final class LeftOvers {
  private static final Duration STILL = Duration.ofSeconds(1);

  /** The transactions by group; those that were seen, and those that are there yet. */
  private final Map<Integer, Set<String>> seen = new HashMap<>();

  private final Map<Integer, Set<String>> left = new HashMap<>();
  private @Nullable Instant lastEnd;

  /**
   * Takes a look into account.
   *
   * @param at when a group was asked
   * @param prepared its prepared transactions, and since when they are
   */
  public synchronized void look(Instant at, int group, Map<String, Instant> prepared) {
    Set<String> now = new HashSet<>();
    prepared.forEach(
        (transaction, since) -> {
          if (!at.isBefore(since.plus(STILL))) {
            now.add(transaction);
          }
        });
    List<String> ended = new ArrayList<>(left.getOrDefault(group, Set.of()));
    ended.removeAll(now);
    if (!ended.isEmpty()) {
      lastEnd = at;
    }
    seen.computeIfAbsent(group, key -> new HashSet<>()).addAll(now);
    left.put(group, now);
  }

  /** How many there were, on all groups. */
  public synchronized long count() {
    return seen.values().stream().mapToLong(Set::size).sum();
  }

  /** Whether one is there yet. */
  public synchronized boolean areThere() {
    return left.values().stream().anyMatch(group -> !group.isEmpty());
  }

  /** When the last of them was found gone; empty where there was none, or where one is there. */
  public synchronized Optional<Instant> gone() {
    return areThere() ? Optional.empty() : Optional.ofNullable(lastEnd);
  }
}
