package dev.citusbench.gatling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class VerdictTest {
  private static final long SECOND = 1_000_000_000;
  private final Punctuality seen = new Punctuality(0, 1000);
  private final StubDatabase database = new StubDatabase(1, 0);

  private List<String> verdict(int perSecond, long requests, Map<String, Long> errors) {
    try (Load load =
        new Load(
            Mix.of(Map.of("stub", 1), 1, name -> StubDatabase.work(name, index -> {})),
            database.dataSource(),
            new ArrivalSchedule(perSecond),
            seen,
            1,
            1,
            completed -> {},
            System::nanoTime)) {
      return Verdict.onSteady(perSecond, seen, load, requests, errors);
    }
  }

  private void handOver(int count, long nanosApart, long lagNanos) {
    for (int i = 0; i < count; i++) {
      seen.handedOver(i, lagNanos, i * nanosApart);
    }
  }

  @Test
  void aGeneratorThatKeptToItsScheduleIsTrusted() {
    handOver(1000, SECOND / 100, 1_000_000);
    assertThat(verdict(100, 1000, Map.of())).isEmpty();
  }

  @Test
  void aMissedRateIsNamedWithBothNumbers() {
    handOver(1000, SECOND / 90, 1_000_000);
    assertThat(verdict(100, 1000, Map.of()))
        .singleElement()
        .asString()
        .contains("reached 90.0 of 100 requests/s");
  }

  @Test
  void aLateGeneratorIsNamedWithItsLagAndTheBound() {
    handOver(1000, SECOND / 100, 35_000_000);
    assertThat(verdict(100, 1000, Map.of()))
        .singleElement()
        .asString()
        .contains("lag p99 35.0 ms is over 20 ms");
  }

  @Test
  void failedRequestsWhereNothingWasBrokenAreNamedWithTheirSqlStates() {
    handOver(1000, SECOND / 100, 1_000_000);
    assertThat(verdict(100, 1000, Map.of("SQLSTATE 53300", 20L)))
        .singleElement()
        .asString()
        .contains("20 of 1000 requests failed", "SQLSTATE 53300");
  }

  @Test
  void aGeneratorThatStoppedWhileThingsWereBrokenIsNamed() {
    Punctuality faults = new Punctuality(1000, Long.MAX_VALUE);
    Punctuality both = new Punctuality(0, 1000, faults);
    for (int i = 0; i < 2000; i++) {
      both.handedOver(i, i < 1000 ? 0 : 260_000_000, i * SECOND / 100);
    }
    assertThat(both.count()).isEqualTo(1000);
    assertThat(Verdict.onFaults(100, faults, 10 * SECOND))
        .singleElement()
        .asString()
        .contains("lag p99 26");
    assertThat(Verdict.onFaults(100, faults, 20 * SECOND))
        .hasSize(2)
        .first()
        .asString()
        .contains("1000 of 2000 requests");
  }

  @Test
  void aSteadyPhaseWithoutRequestsIsNoMeasurement() {
    assertThat(verdict(100, 0, Map.of()))
        .containsExactly("no request was sent in the steady phase");
  }
}
