package dev.citusbench.gatling.probe;

import org.jspecify.annotations.Nullable;

/**
 * One probe that has ended. Instants are of {@link System#nanoTime()}.
 *
 * @param error SQLSTATE; null for a success
 */
public record Shot(long startNanos, long endNanos, @Nullable String error) {

  /** Whether the statement was answered. */
  public boolean succeeded() {
    return error == null;
  }
}
