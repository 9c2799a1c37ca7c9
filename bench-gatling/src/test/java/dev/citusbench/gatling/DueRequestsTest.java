package dev.citusbench.gatling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.citusbench.gatling.PhaseCut.Begin;
import dev.citusbench.results.BenchException;
import dev.citusbench.results.LatencyLog;
import dev.citusbench.results.Manifest;
import dev.citusbench.results.Outcome;
import dev.citusbench.results.Phase;
import dev.citusbench.results.PlanClass;
import dev.citusbench.results.Source;
import dev.citusbench.results.TimePart;
import dev.citusbench.session.Settings.Name;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class DueRequestsTest {
  private static final long MILLI = 1_000_000;
  private static final LatencyLog.Described LOOKUP =
      new LatencyLog.Described(PlanClass.FAST_PATH, 1, Source.GATLING, "writer");

  /** Two faults of which the outages and their surroundings last half a second each. */
  private static final PhaseCut CUT =
      PhaseCut.of(
          List.of(
              new Begin(Phase.STEADY, null, 0),
              new Begin(Phase.OUTAGE, 0, 500 * MILLI),
              new Begin(Phase.AFTER, 0, 1_000 * MILLI),
              new Begin(Phase.OUTAGE, 1, 1_500 * MILLI)),
          2_000 * MILLI);

  private final DueRequests requests = new DueRequests(request -> Scope.UNKNOWN);

  private void request(long dueMillis, long endedMillis, @Nullable String error) {
    long due = dueMillis * MILLI;
    long ended = endedMillis * MILLI;
    requests.accept(
        new Completed("lookup-order", 0, due, due, due, error == null ? due : null, ended, error));
  }

  private List<Manifest.OperationResult> responses() {
    return requests.rows(CUT, name -> LOOKUP).stream()
        .filter(row -> row.time() == TimePart.RESPONSE)
        .toList();
  }

  @Test
  void aRequestBelongsToThePhaseInWhichItWasDueHoweverLateItEnded() {
    request(499, 1_700, null);
    request(500, 501, null);
    request(999, 1_999, null);
    request(1_000, 1_001, null);
    assertThat(responses())
        .extracting(
            Manifest.OperationResult::phase,
            Manifest.OperationResult::fault,
            Manifest.OperationResult::count,
            Manifest.OperationResult::perSecond,
            row -> Math.round(row.maxNanos() / 1e8))
        .containsExactly(
            tuple(Phase.STEADY, null, 1L, 2.0, 12L),
            tuple(Phase.OUTAGE, 0, 2L, 4.0, 10L),
            tuple(Phase.AFTER, 0, 1L, 2.0, 0L));
  }

  @Test
  void faultsAreToldApartWithinOneSecond() {
    request(600, 610, null);
    request(1_500, 1_520, null);
    request(1_900, 1_920, null);
    assertThat(responses())
        .extracting(
            Manifest.OperationResult::phase,
            Manifest.OperationResult::fault,
            Manifest.OperationResult::count)
        .containsExactly(tuple(Phase.OUTAGE, 0, 1L), tuple(Phase.OUTAGE, 1, 2L));
  }

  @Test
  void whatWasDueOutsideOfAllPhasesIsInNoRow() {
    request(-1, 700, null);
    request(2_000, 2_001, null);
    assertThat(requests.rows(CUT, name -> LOOKUP)).isEmpty();
  }

  @Test
  void aPartThatARequestDidNotReachGetsNoRow() {
    request(600, 900, "SQLSTATE 08006");
    assertThat(requests.rows(CUT, name -> LOOKUP))
        .allSatisfy(row -> assertThat(row.outcome()).isEqualTo(Outcome.FAILED))
        .extracting(Manifest.OperationResult::time)
        .containsExactlyInAnyOrder(TimePart.RESPONSE, TimePart.LAG, TimePart.QUEUE, TimePart.POOL);
  }

  @Test
  void aLoadWhoseRequestsTakeMoreThanHalfOfTheHeapIsRefusedBeforeItStarts() {
    long heap = 2L * 56 * 6_000_000;
    DueRequests.requireRoom(100_000, Duration.ofSeconds(60), List.of(Name.DURATION), heap);
    assertThatThrownBy(
            () ->
                DueRequests.requireRoom(
                    100_000, Duration.ofSeconds(61), List.of(Name.DURATION), heap))
        .isInstanceOf(BenchException.class)
        .hasMessage(
            "100000 requests/s for up to 61 s, warm-up included, take 342 MB to record, and the load"
                + " generator has 336 MB for that; lower bench.rate or bench.duration");
  }

  @Test
  void aRateAndADurationThatNoMachineCanHoldAreRefusedInNumbersToo() {
    assertThatThrownBy(
            () ->
                DueRequests.requireRoom(
                    Long.MAX_VALUE, Duration.ofDays(999), List.of(Name.DURATION), 512L << 20))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("has 268 MB for that");
  }

  @Test
  void thousandsOfRequestsOfManyThreadsAreAllKept() throws InterruptedException {
    List<Thread> threads =
        IntStream.range(0, 4)
            .mapToObj(
                thread ->
                    new Thread(
                        () -> {
                          for (int i = 0; i < 5_000; i++) {
                            request(100, 105, i % 10 == 0 ? "SQLSTATE 40001" : null);
                          }
                        }))
            .toList();
    threads.forEach(Thread::start);
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(responses())
        .extracting(Manifest.OperationResult::outcome, Manifest.OperationResult::count)
        .containsExactly(tuple(Outcome.OK, 18_000L), tuple(Outcome.FAILED, 2_000L));
    assertThat(requests.tallies(CUT).get(0).requests()).isEqualTo(20_000);
  }

  @Test
  void requestsAndErrorsAreCountedForEachStretch() {
    request(100, 110, null);
    request(499, 600, "SQLSTATE 57P01");
    request(600, 900, "SQLSTATE 08006");
    request(700, 900, "SQLSTATE 08006");
    request(1_600, 1_900, "SQLSTATE 08006");
    List<DueRequests.Tally> tallies = requests.tallies(CUT);
    assertThat(tallies).extracting(DueRequests.Tally::requests).containsExactly(2L, 2L, 0L, 1L);
    assertThat(tallies.get(1).errors())
        .isEqualTo(Map.of("lookup-order", Map.of("SQLSTATE 08006", 2L)));
    assertThat(tallies.get(0).errorsByText()).isEqualTo(Map.of("SQLSTATE 57P01", 1L));
  }
}
