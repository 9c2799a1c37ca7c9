package dev.citusbench.session;

import dev.citusbench.cluster.ClusterSpec;
import dev.citusbench.cluster.DiskSize;
import dev.citusbench.results.BenchException;
import dev.citusbench.results.Engine;

/** How large the file system of each member must be, at least, for a data set. */
final class DiskNeed {
  private static final long MB = 1L << 20;

  /** A member without data has 0.1 GB, with the WAL that it starts with. */
  private static final long BASE_BYTES = 512 * MB;

  /**
   * Of all groups together at scale 1. Measured after a load: 0.22 GB of tables and indexes and
   * 0.26 GB of WAL in each of two; the rest is for what is written then.
   */
  private static final long DATA_BYTES = 1024 * MB;

  private DiskNeed() {}

  /**
   * Refuses a data set that would not fit.
   *
   * @throws BenchException where it does not, with the size that would do
   */
  static void check(DiskSize disk, Engine engine, double scale) {
    long needed =
        BASE_BYTES + Math.round(scale * DATA_BYTES / Math.max(1, ClusterSpec.workers(engine)));
    if (!disk.none() && disk.bytes() < needed) {
      throw BenchException.usage(
          "--disk %s is too small for the data set of scale %s: each member needs %d MB, take --disk %s or more, or a smaller --scale"
              .formatted(
                  disk, scale, needed / MB, new DiskSize((needed / MB + 255) / 256 * 256 * MB)));
    }
  }
}
