package dev.citusbench.gatling.probe;

import java.sql.SQLException;

/** What one shot of a stream does: asks one thing. */
@FunctionalInterface
public interface Probe {
  /**
   * Fires once.
   *
   * @param number of the shot in its stream, from 0
   */
  void fire(long number) throws SQLException;
}
