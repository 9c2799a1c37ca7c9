package dev.citusbench.sql;

import java.sql.Connection;
import java.sql.SQLException;

/** A transaction on a connection that is in auto-commit mode before and after. */
final class Transaction {
  private Transaction() {}

  /** Work that counts its rows. */
  @FunctionalInterface
  interface Body {
    long run() throws SQLException;
  }

  static long run(Connection connection, Body body) throws SQLException {
    connection.setAutoCommit(false);
    try {
      long rows = body.run();
      connection.commit();
      connection.setAutoCommit(true);
      return rows;
    } catch (SQLException | RuntimeException e) {
      try {
        connection.rollback();
        connection.setAutoCommit(true);
      } catch (SQLException broken) {
        e.addSuppressed(broken);
      }
      throw e;
    }
  }
}
