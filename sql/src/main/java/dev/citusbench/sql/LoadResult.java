package dev.citusbench.sql;

import java.util.Map;

/**
 * What a load did.
 *
 * @param rows by table, as counted in the database
 * @param seconds from the first row sent to the last one committed, generation included; without
 *     creating the tables, checking and analyzing
 * @param totalSeconds of everything
 */
public record LoadResult(Map<String, Long> rows, double seconds, double totalSeconds) {
  public double rowsPerSecond() {
    return rows.values().stream().mapToLong(Long::longValue).sum() / seconds;
  }
}
