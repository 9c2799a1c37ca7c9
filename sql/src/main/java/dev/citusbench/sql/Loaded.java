package dev.citusbench.sql;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What the database holds, as the last load noted it.
 *
 * @param complete false where a load was interrupted, or is going on
 * @param changedAt when it became so, by the server's clock
 * @param rows by table
 * @param misfit why it is not what was asked for; empty where it is
 */
public record Loaded(
    boolean complete,
    DatasetSpec spec,
    int shardCount,
    Instant changedAt,
    Map<String, Long> rows,
    Optional<String> misfit) {
  /** Whether it is complete and what was asked for. */
  public boolean fits() {
    return misfit.isEmpty();
  }
}
