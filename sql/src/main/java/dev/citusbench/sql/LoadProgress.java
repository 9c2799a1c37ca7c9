package dev.citusbench.sql;

/** Hears how far a load is; called by several threads. */
@FunctionalInterface
public interface LoadProgress {
  /**
   * Says how far it is.
   *
   * @param step what is being done, for example {@code loading}
   * @param done rows so far, of all tables
   * @param of all rows
   */
  void at(String step, long done, long of);
}
