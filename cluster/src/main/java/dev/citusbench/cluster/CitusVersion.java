package dev.citusbench.cluster;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which Citus runs: {@code 13.2.2}, where the extension's own version is {@code 13.2-1}. */
final class CitusVersion {
  private static final Pattern VERSION = Pattern.compile("\\d+(?:\\.\\d+)*\\S*");

  private CitusVersion() {}

  /** What the server says; empty where the extension is not in the database. */
  static Optional<String> ask(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      try (ResultSet row =
          statement.executeQuery("SELECT FROM pg_extension WHERE extname = 'citus'")) {
        if (!row.next()) {
          return Optional.empty();
        }
      }
      try (ResultSet row = statement.executeQuery("SELECT citus_version()")) {
        row.next();
        return Optional.of(in(row.getString(1)));
      }
    }
  }

  /** The first version that a text holds, such as {@code Citus 13.2.2 on x86_64-pc-linux-gnu}. */
  static String in(String text) {
    Matcher matcher = VERSION.matcher(text);
    return matcher.find() ? matcher.group() : SystemUnderTest.UNKNOWN;
  }
}
