package dev.citusbench.gatling.probe;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Where the shots of a stream have their connections from. */
interface Source {
  /** A connection that is the caller's until {@link #done}. */
  Connection take() throws SQLException;

  /**
   * Gives a connection back.
   *
   * @param error what its statement ended with; null for an answer
   */
  void done(Connection connection, @Nullable SQLException error);
}
