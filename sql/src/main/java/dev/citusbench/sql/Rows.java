package dev.citusbench.sql;

import java.sql.SQLException;

/** One thread's way of sending rows. */
interface Rows extends AutoCloseable {
  /**
   * Makes and sends rows.
   *
   * @return the rows' sum, as {@link Dataset#write} gives it
   */
  long send(Table table, long first, long end) throws SQLException;

  /** Commits what was sent to this table. */
  void finish(Table table) throws SQLException;

  @Override
  void close() throws SQLException;
}
