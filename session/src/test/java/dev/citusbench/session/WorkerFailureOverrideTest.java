package dev.citusbench.session;

import static com.zaxxer.hikari.SQLExceptionOverride.Override.CONTINUE_EVICT;
import static com.zaxxer.hikari.SQLExceptionOverride.Override.DO_NOT_EVICT;
import static com.zaxxer.hikari.SQLExceptionOverride.Override.MUST_EVICT;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;
import org.postgresql.util.ServerErrorMessage;

final class WorkerFailureOverrideTest {
  private final WorkerFailureOverride override = new WorkerFailureOverride();

  private static SQLException sent(String severity, String state) {
    return new PSQLException(
        new ServerErrorMessage(
            "S%s\0V%s\0C%s\0Mconnection to the remote node failed\0"
                .formatted(severity, severity, state)));
  }

  @Test
  void whatTheCoordinatorSaysOfAWorkerEvictsNoConnectionToTheCoordinator() {
    assertThat(override.adjudicate(sent("ERROR", "08006"))).isEqualTo(DO_NOT_EVICT);
    assertThat(override.adjudicate(sent("ERROR", "08001"))).isEqualTo(DO_NOT_EVICT);
  }

  @Test
  void aConnectionThatBrokeIsEvictedAsByDefault() {
    assertThat(override.adjudicate(new PSQLException("I/O", PSQLState.CONNECTION_FAILURE)))
        .isEqualTo(CONTINUE_EVICT);
    assertThat(override.adjudicate(new SQLException("closed", "08003"))).isEqualTo(CONTINUE_EVICT);
    assertThat(override.adjudicate(sent("FATAL", "08P01"))).isEqualTo(CONTINUE_EVICT);
    assertThat(override.adjudicate(sent("FATAL", "57P01"))).isEqualTo(CONTINUE_EVICT);
  }

  @Test
  void aServerThatIsReadOnlyIsLeft() {
    assertThat(override.adjudicate(sent("ERROR", "25006"))).isEqualTo(MUST_EVICT);
  }

  @Test
  void otherErrorsAreLeftToHikari() {
    assertThat(override.adjudicate(sent("ERROR", "40001"))).isEqualTo(CONTINUE_EVICT);
    assertThat(override.adjudicate(new SQLException("no state"))).isEqualTo(CONTINUE_EVICT);
  }
}
