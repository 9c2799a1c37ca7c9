package dev.citusbench.session;

import dev.citusbench.results.Manifest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/**
 * How much of the processors this process and its ended children use, and how much the whole
 * machine does, since this object was made. From {@code /proc/self/stat} (proc(5), fields 14 to 17)
 * and the first line of {@code /proc/stat}; the resolution is a clock tick of 10 ms.
 */
public final class ProcessorUse {
  /** {@code sysconf(_SC_CLK_TCK)}, which Linux fixes at 100 for user space. */
  private static final double TICKS_PER_SECOND = 100;

  private static final int IDLE = 3;
  private static final int IO_WAIT = 4;
  private static final int STEAL = 7;

  private final Path proc;
  private final int cores;
  private final LongSupplier nanoTime;
  private final long beginNanos;
  private final long beginSuiteTicks;
  private final long beginMachineTicks;

  /**
   * Begins to count.
   *
   * @param cores that this process may use; the machine can have more
   */
  public static ProcessorUse begin(int cores) {
    return new ProcessorUse(Path.of("/proc"), cores, System::nanoTime);
  }

  ProcessorUse(Path proc, int cores, LongSupplier nanoTime) {
    this.proc = proc;
    this.cores = cores;
    this.nanoTime = nanoTime;
    this.beginNanos = nanoTime.getAsLong();
    this.beginSuiteTicks = suiteTicks();
    this.beginMachineTicks = machineTicks();
  }

  /** The shares since the beginning. */
  public Manifest.ProcessorShare share(String part) {
    double seconds = (nanoTime.getAsLong() - beginNanos) / 1e9;
    return new Manifest.ProcessorShare(
        part,
        seconds,
        share(suiteTicks() - beginSuiteTicks, seconds, cores),
        share(machineTicks() - beginMachineTicks, seconds, machineCores()));
  }

  private static double share(long ticks, double seconds, long cores) {
    double capacity = seconds * cores * TICKS_PER_SECOND;
    return capacity > 0 ? ticks / capacity : 0;
  }

  private long machineCores() {
    return read("stat").lines().filter(line -> line.matches("cpu[0-9]+ .*")).count();
  }

  private long suiteTicks() {
    String text = read("self/stat");
    // the name, field 2, is in parentheses and may hold spaces
    String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
    long ticks = 0;
    for (int field = 14; field <= 17; field++) {
      ticks += Long.parseLong(fields[field - 3]);
    }
    return ticks;
  }

  /** All but idle and waiting for I/O; guest time is in user time already. */
  private long machineTicks() {
    String line = read("stat").lines().findFirst().orElse("");
    String[] fields = line.strip().split(" +", -1);
    long ticks = 0;
    for (int i = 0; i < Math.min(STEAL + 1, fields.length - 1); i++) {
      if (i != IDLE && i != IO_WAIT) {
        ticks += Long.parseLong(fields[i + 1]);
      }
    }
    return ticks;
  }

  private String read(String file) {
    try {
      return Files.readString(proc.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + proc.resolve(file), e);
    }
  }
}
