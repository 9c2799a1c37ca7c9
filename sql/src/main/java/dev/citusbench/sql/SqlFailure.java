package dev.citusbench.sql;

import dev.citusbench.results.BenchException;
import java.sql.SQLException;

/** Says a server's error as the user needs it: what was tried, SQLSTATE, the server's words. */
final class SqlFailure {
  private SqlFailure() {}

  static BenchException of(String tried, SQLException e) {
    String message = String.valueOf(e.getMessage()).replaceAll("\\s*\\n\\s*", " ");
    return new BenchException(
        BenchException.Kind.CLUSTER,
        "could not %s: SQLSTATE %s, %s".formatted(tried, e.getSQLState(), message),
        e);
  }
}
