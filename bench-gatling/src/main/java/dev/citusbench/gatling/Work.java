package dev.citusbench.gatling;

import java.sql.Connection;
import java.sql.SQLException;

/** One kind of request: what a worker does with a connection. */
public interface Work {
  /** The operation's name: request, histogram tag and report row are called so. */
  String name();

  /**
   * Does the work, to the last row and the end of its transaction.
   *
   * @param index of the request; its parameters are a pure function of it
   */
  void run(Connection connection, long index) throws SQLException;

  /** Whose data request {@code index} asks for, where that is known. */
  default Scope scope(long index) {
    return Scope.UNKNOWN;
  }
}
