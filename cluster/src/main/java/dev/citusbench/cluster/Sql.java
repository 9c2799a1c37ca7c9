package dev.citusbench.cluster;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/** Connections for setting up and looking; not those that are measured. */
final class Sql {
  private Sql() {}

  static Connection connect(Member member, String database, Login login) throws SQLException {
    return connect(member.host(), member.port(), database, login);
  }

  static Connection connect(String host, int port, String database, Login login)
      throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", login.user());
    properties.setProperty("password", login.password());
    properties.setProperty("connectTimeout", "2");
    properties.setProperty("socketTimeout", "10");
    properties.setProperty("sslmode", "disable");
    properties.setProperty("gssEncMode", "disable");
    properties.setProperty("ApplicationName", "citus-ha-bench");
    return DriverManager.getConnection(
        "jdbc:postgresql://%s:%d/%s".formatted(host, port, database), properties);
  }

  static String message(SQLException e) {
    String message = String.valueOf(e.getMessage());
    return "%s (SQLSTATE %s)".formatted(message.lines().findFirst().orElse(""), e.getSQLState());
  }

  static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}
