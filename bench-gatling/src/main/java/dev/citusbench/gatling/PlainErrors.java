package dev.citusbench.gatling;

import dev.citusbench.results.BenchException;

/**
 * Makes an end that the user can act on one line and its exit code. Gatling throws what stopped a
 * run out of its main method, after it has closed what is its own.
 */
final class PlainErrors implements Thread.UncaughtExceptionHandler {
  @Override
  public void uncaughtException(Thread thread, Throwable error) {
    int exitCode = 1;
    if (cause(error) instanceof BenchException bench) {
      System.err.println("bench: " + bench.getMessage());
      exitCode = bench.kind().exitCode();
    } else {
      error.printStackTrace();
    }
    System.exit(exitCode);
  }

  private static Throwable cause(Throwable error) {
    Throwable at = error;
    while (!(at instanceof BenchException) && at.getCause() != null) {
      at = at.getCause();
    }
    return at;
  }

  /** Covers the thread that runs Gatling's main method, which is the caller. */
  static void install() {
    Thread.currentThread().setUncaughtExceptionHandler(new PlainErrors());
  }
}
