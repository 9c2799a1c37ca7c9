package dev.citusbench.sql;

import java.sql.SQLException;

/** An operation on one connection, to be executed again and again by one thread. */
public interface Execution extends AutoCloseable {
  /**
   * Executes it once and takes the whole answer.
   *
   * @param index of the parameters, which are a pure function of (seed, index) but for unique keys
   * @return rows read, or rows written
   * @throws SQLException as the server gave it; a transaction is rolled back, and the connection is
   *     in auto-commit mode again unless it broke
   */
  long execute(long index) throws SQLException;

  /** Gives the statements back to the driver's cache; the connection stays open. */
  @Override
  void close() throws SQLException;
}
