package dev.citusbench.gatling;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What to call an error, in few words: the SQLSTATE of the first cause that has one. */
public final class SqlState {
  /** Stands where an error carries no SQLSTATE. */
  public static final String NONE = "none";

  private SqlState() {}

  /** The SQLSTATE of an error, or of what caused it; {@link #NONE} where there is none. */
  public static String of(Throwable error) {
    @Nullable Throwable at = error;
    while (at != null) {
      if (at instanceof SQLException sql && sql.getSQLState() != null) {
        return sql.getSQLState();
      }
      at = at.getCause();
    }
    return NONE;
  }

  /** {@code SQLSTATE 40001}, or the class of an error that has none. */
  public static String label(Throwable error) {
    String state = of(error);
    return state.equals(NONE) ? error.getClass().getSimpleName() : "SQLSTATE " + state;
  }

  /** The label, and the first line of the error's message. */
  public static String oneLine(Throwable error) {
    return label(error)
        + ": "
        + String.valueOf(error.getMessage()).lines().findFirst().orElse("no message");
  }
}
