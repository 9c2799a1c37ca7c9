package dev.citusbench.gatling.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.citusbench.gatling.probe.Ledger.Fate;
import dev.citusbench.gatling.probe.Ledger.Write;
import dev.citusbench.results.Manifest;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LedgerTest {
  private final Ledger ledger = new Ledger();

  @Test
  void lostIsAcknowledgedAndNotThereGhostIsFailedAndThere() {
    ledger.note(new Write(1, 10), Fate.ACKNOWLEDGED);
    ledger.note(new Write(1, 11), Fate.ACKNOWLEDGED);
    ledger.note(new Write(1, 12), Fate.FAILED);
    ledger.note(new Write(1, 13), Fate.FAILED);
    ledger.note(new Write(1, 14), Fate.UNKNOWN);
    ledger.note(new Write(1, 15), Fate.UNKNOWN);
    Manifest.Writes writes =
        Ledger.compare(
            ledger.take(), List.of(new Write(1, 10), new Write(1, 13), new Write(1, 14)), 2);
    assertThat(writes).isEqualTo(new Manifest.Writes(2, 1, 1, 2, 2));
  }

  @Test
  void aWriteIsTakenOnce() {
    ledger.note(new Write(1, 10), Fate.ACKNOWLEDGED);
    assertThat(ledger.take()).hasSize(1);
    ledger.note(new Write(1, 11), Fate.ACKNOWLEDGED);
    assertThat(ledger.take()).containsOnlyKeys(new Write(1, 11));
  }

  @Test
  void aBrokenConnectionOrACancelledCommitLeavesAWriteUnknown() {
    assertThat(List.of("08006", "57014", "57P01", "XX000"))
        .allMatch(state -> Ledger.fateOf(new SQLException("", state)) == Fate.UNKNOWN);
    assertThat(List.of("25006", "40001", "23505", "53300"))
        .allMatch(state -> Ledger.fateOf(new SQLException("", state)) == Fate.FAILED);
  }
}
