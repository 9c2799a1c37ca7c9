package dev.citusbench.cluster;

import dev.citusbench.results.BenchException;

/** Pauses between two looks at something. */
final class Waiting {
  private Waiting() {}

  static void millis(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException(BenchException.Kind.CLUSTER, "interrupted while waiting", e);
    }
  }
}
