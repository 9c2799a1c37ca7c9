package dev.citusbench.gatling;

import dev.citusbench.results.BenchException;
import java.io.UncheckedIOException;
import java.util.function.Supplier;

/**
 * Makes an end that the user can act on one line and its exit code. It ends the process, which is a
 * simulation's own: Gatling and its Maven plugin would show a stack trace instead, and lose the
 * exit code. So does a file that cannot be read or written. Other errors go on to them.
 */
final class PlainErrors {
  private PlainErrors() {}

  /** The value, or the end of the process where there is a {@link BenchException}. */
  static <T> T orExit(Supplier<T> step) {
    try {
      return step.get();
    } catch (BenchException e) {
      throw exit(e);
    } catch (UncheckedIOException e) {
      throw exit(BenchException.of(e));
    }
  }

  private static BenchException exit(BenchException e) {
    System.err.println("bench: " + e.getMessage());
    System.exit(e.kind().exitCode());
    return e;
  }

  /** Does a step, or ends the process where there is a {@link BenchException}. */
  static void orExit(Runnable step) {
    var unused =
        orExit(
            () -> {
              step.run();
              return true;
            });
  }
}
