package dev.citusbench.session;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * What HikariCP must be told about a cluster whose coordinator speaks for other nodes:
 *
 * <ul>
 *   <li>An error of class 08 that a <em>server</em> sent is about its connection to a worker: the
 *       client's own connection to the coordinator has just carried the message. By default
 *       HikariCP closes it all the same, and opens new ones while the worker is down. Such errors
 *       come from Citus and from {@code postgres_fdw}; the driver's own ones, for a connection that
 *       did break, carry no message of a server, and still evict.
 *   <li>25006, a write that met a read-only server, is by default no reason to close: a connection
 *       to a primary that was demoted would be lent again and again, until it is too old.
 * </ul>
 *
 * <pre>
 * hikariConfig.setExceptionOverride(new WorkerFailureOverride());
 * </pre>
 */
public final class WorkerFailureOverride implements SQLExceptionOverride {
  private static final String READ_ONLY = "25006";

  @java.lang.Override // Override alone is HikariCP's answer here
  public Override adjudicate(SQLException error) {
    String state = String.valueOf(error.getSQLState());
    if (state.equals(READ_ONLY)) {
      return Override.MUST_EVICT;
    }
    return state.startsWith("08") && isSentAndStays(error)
        ? Override.DO_NOT_EVICT
        : Override.CONTINUE_EVICT;
  }

  /** Whether a server sent it, and goes on with the session: FATAL and PANIC end it. */
  private static boolean isSentAndStays(SQLException error) {
    ServerErrorMessage message =
        error instanceof PSQLException sent ? sent.getServerErrorMessage() : null;
    return message != null && "ERROR".equals(message.getSeverity());
  }
}
