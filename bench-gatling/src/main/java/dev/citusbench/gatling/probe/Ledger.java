package dev.citusbench.gatling.probe;

import dev.citusbench.results.Manifest;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What became of each write that a probe tried, by its unique key, to be compared with what is
 * there after recovery.
 *
 * <p>Acknowledged: the commit was answered. Failed: the server refused it, or there was no
 * connection to send it on. Unknown: anything that can have happened after the commit: the
 * connection broke (class 08, also where the coordinator lost a worker), the server ended or
 * cancelled the statement (class 57: while a commit waits for its standby it is already durable
 * here), or an internal error.
 */
public final class Ledger {
  /** What the writer knows of a write. */
  public enum Fate {
    ACKNOWLEDGED,
    FAILED,
    UNKNOWN
  }

  /** A write that was tried. */
  public record Write(long tenant, long key) {}

  private final Map<Write, Fate> fates = new ConcurrentHashMap<>();

  /** Notes what became of a write. */
  public void note(Write write, Fate fate) {
    fates.put(write, fate);
  }

  /** What an error in executing a write that commits by itself says about it. */
  public static Fate fateOf(SQLException error) {
    String state = error.getSQLState();
    if (state == null
        || state.startsWith("08")
        || state.startsWith("57")
        || state.startsWith("XX")
        || state.startsWith("58")) {
      return Fate.UNKNOWN;
    }
    return Fate.FAILED;
  }

  /**
   * Takes out what is known so far. A write that ends later is not among it, so that reading back
   * after this call finds every write that was acknowledged.
   */
  public Map<Write, Fate> take() {
    Map<Write, Fate> taken = Map.copyOf(fates);
    fates.keySet().removeAll(taken.keySet());
    return taken;
  }

  /**
   * Compares what the writers know with what is there.
   *
   * @param there every write that was read back, whosoever it is
   */
  public static Manifest.Writes compare(
      Map<Write, Fate> known, Collection<Write> there, long inDoubtTransactions) {
    Set<Write> present = Set.copyOf(there);
    Map<Fate, Long> counts = new TreeMap<>();
    long lost = 0;
    long ghost = 0;
    for (Map.Entry<Write, Fate> entry : known.entrySet()) {
      counts.merge(entry.getValue(), 1L, Long::sum);
      boolean isThere = present.contains(entry.getKey());
      lost += entry.getValue() == Fate.ACKNOWLEDGED && !isThere ? 1 : 0;
      ghost += entry.getValue() == Fate.FAILED && isThere ? 1 : 0;
    }
    return new Manifest.Writes(
        counts.getOrDefault(Fate.ACKNOWLEDGED, 0L),
        lost,
        ghost,
        counts.getOrDefault(Fate.UNKNOWN, 0L),
        inDoubtTransactions);
  }
}
