package dev.citusbench.cluster;

/** A fault that was opened, and stays so until it is undone. */
public interface OpenFault extends AutoCloseable {
  Injection injection();

  /**
   * Mends what stays broken: starts what was killed, lets go on what was stopped. Does nothing once
   * that is done, and nothing for faults that mend themselves.
   *
   * @throws dev.citusbench.results.BenchException where that fails, or where Patroni refused what
   *     it was asked for
   */
  @Override
  void close();
}
