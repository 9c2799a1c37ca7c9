package dev.citusbench.session;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Processor time of this process and of its children that have ended, from {@code /proc/self/stat}
 * (proc(5), fields 14 to 17). Resolution is one clock tick of 10 ms.
 */
final class ProcessorUse {
  /** {@code sysconf(_SC_CLK_TCK)}, which Linux fixes at 100 for user space. */
  private static final double TICKS_PER_SECOND = 100;

  private final Path stat;

  ProcessorUse(Path proc) {
    this.stat = proc.resolve("self/stat");
  }

  /** Seconds of processor time so far, user and system. */
  double seconds() {
    try {
      String text = Files.readString(stat);
      // the name, field 2, is in parentheses and may hold spaces
      String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
      long ticks = 0;
      for (int field = 14; field <= 17; field++) {
        ticks += Long.parseLong(fields[field - 3]);
      }
      return ticks / TICKS_PER_SECOND;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + stat, e);
    }
  }
}
