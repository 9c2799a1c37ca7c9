package dev.citusbench.results;

import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An end that the user can act on: its message names what was wrong, where, and what to do, in one
 * or two lines. Commands print the message without a stack trace and exit with {@link
 * Kind#exitCode()}.
 */
public final class BenchException extends RuntimeException {
  /** Exit code of a process that was told to end by Ctrl-C; by SIGTERM it is the JVM's, 143. */
  public static final int INTERRUPTED = 130;

  private static final long serialVersionUID = 1;

  /** What kind of end it is, and the exit code that tells it. */
  public enum Kind {
    /** {@code compare --fail-on-regression} found one. */
    REGRESSION(1),
    /** Wrong usage or bad input. */
    USAGE(2),
    /** The run was measured, and is not valid. */
    INVALID_RUN(3),
    /** The machine lacks something that can be had. */
    MACHINE(4),
    /** The cluster did not come up, or was lost other than by our fault. */
    CLUSTER(5);

    private final int exitCode;

    Kind(int exitCode) {
      this.exitCode = exitCode;
    }

    public int exitCode() {
      return exitCode;
    }
  }

  private final Kind kind;

  public BenchException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public BenchException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** Wrong usage or bad input. */
  public static BenchException usage(String message) {
    return new BenchException(Kind.USAGE, message);
  }

  /**
   * A name that is not one of the valid ones, with the {@linkplain Nearest nearest} valid one if
   * there is one, and all of them.
   *
   * @param what what the name names, for example {@code tuning}
   */
  public static BenchException unknown(String what, String name, Collection<String> valid) {
    if (valid.isEmpty()) {
      return usage("unknown " + what + " '" + name + "': there is none yet");
    }
    String all = String.join(", ", valid);
    return usage(
        Nearest.to(name, valid)
            .map(
                nearest ->
                    "unknown %s '%s': did you mean '%s'? (%s)".formatted(what, name, nearest, all))
            .orElseGet(() -> "unknown %s '%s': there are %s".formatted(what, name, all)));
  }

  /**
   * A file or folder of this machine that could not be read or written, a full disk for example.
   */
  public static BenchException of(UncheckedIOException failure) {
    @Nullable Throwable io = failure.getCause();
    String cause = io == null ? "" : String.valueOf(io.getMessage());
    String message = String.valueOf(failure.getMessage());
    return new BenchException(
        Kind.MACHINE, message.contains(cause) ? message : message + ": " + cause, failure);
  }

  /** Never null, unlike that of most exceptions. */
  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }

  public Kind kind() {
    return kind;
  }
}
