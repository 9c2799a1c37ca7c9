package dev.citusbench.cli;

import dev.citusbench.session.Listener;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Tells a person what is going on, one line a step with the time since the start. On a terminal a
 * share that is done is shown in one line that is rewritten; elsewhere as a plain line now and
 * then.
 *
 * <p>Everything goes to one stream, which is standard error where standard output carries a JSON
 * document.
 */
final class Console implements Listener {
  private static final Duration BETWEEN_PLAIN_LINES = Duration.ofSeconds(10);

  private final PrintStream out;
  private final boolean terminal;
  private final LongSupplier nanoTime;
  private final long startedNanos;
  private long lastPlainNanos;
  private int transientLength;

  Console(PrintStream out, boolean terminal, LongSupplier nanoTime) {
    this.out = out;
    this.terminal = terminal;
    this.nanoTime = nanoTime;
    this.startedNanos = nanoTime.getAsLong();
    this.lastPlainNanos = startedNanos;
  }

  /** The real one. */
  static Console on(PrintStream out) {
    return new Console(out, isTerminal(out == System.err ? 2 : 1), System::nanoTime);
  }

  private static boolean isTerminal(int descriptor) {
    try {
      Path target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor));
      return target.startsWith("/dev/pts") || target.startsWith("/dev/tty");
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public synchronized void step(String text) {
    wipe();
    Duration elapsed = Duration.ofNanos(nanoTime.getAsLong() - startedNanos);
    out.printf("[%3d.%d s] %s%n", elapsed.toSeconds(), elapsed.toMillisPart() / 100, text);
    out.flush();
    lastPlainNanos = nanoTime.getAsLong();
  }

  /** A line as it is. */
  synchronized void line(String text) {
    wipe();
    out.println(text);
    out.flush();
  }

  /** Shown at once on a terminal, at most every ten seconds elsewhere. */
  @Override
  public synchronized void progress(String text) {
    if (terminal) {
      wipe();
      out.print("          " + text);
      out.flush();
      transientLength = text.length() + 10;
    } else if (nanoTime.getAsLong() - lastPlainNanos >= BETWEEN_PLAIN_LINES.toNanos()) {
      step(text);
    }
  }

  private void wipe() {
    if (transientLength > 0) {
      out.print("\r" + " ".repeat(transientLength) + "\r");
      transientLength = 0;
    }
  }
}
