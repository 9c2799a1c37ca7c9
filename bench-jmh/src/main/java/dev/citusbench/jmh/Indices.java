package dev.citusbench.jmh;

/**
 * The indices that one thread draws parameters by. No two threads, forks or runs draw the same:
 * threads of a fork take turns (index modulo threads), and forks begin {@value #PER_MILLI} indices
 * apart for every millisecond between their starts, which is more than a database answers.
 */
final class Indices {
  private static final long EPOCH_MILLIS = 1_767_225_600_000L; // 2026-01-01T00:00:00Z
  private static final long PER_MILLI = 4096;

  private final int threads;
  private long next;

  /**
   * @param startedMillis now, since 1970
   * @param thread from 0
   */
  Indices(long startedMillis, int thread, int threads) {
    long first = (startedMillis - EPOCH_MILLIS) * PER_MILLI;
    this.threads = threads;
    this.next = Math.floorDiv(first, threads) * threads + thread;
  }

  long next() {
    long index = next;
    next += threads;
    return index;
  }
}
