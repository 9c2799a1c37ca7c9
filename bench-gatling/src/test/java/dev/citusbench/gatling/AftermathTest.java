package dev.citusbench.gatling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.citusbench.results.Manifest.Debt;
import dev.citusbench.results.Manifest.Suffered;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Blast radius and performance debt of made-up requests. */
final class AftermathTest {
  private static final long MILLI = 1_000_000;

  /** Ten quiet seconds, a fault, two seconds of outage, and twenty to watch. */
  private static final FaultWatch WATCH =
      new FaultWatch(0, 10_000 * MILLI, 12_000 * MILLI, 30_000 * MILLI, 1);

  private final DueRequests requests =
      new DueRequests(
          request ->
              switch (request.operation()) {
                case "lookup-1" -> new Scope(1, false);
                case "insert-1" -> new Scope(1, true);
                case "lookup-2" -> new Scope(2, false);
                default -> new Scope(Scope.ALL, false);
              });

  private void request(
      String operation, long dueMillis, double responseMillis, @Nullable String error) {
    long due = dueMillis * MILLI;
    long ended = due + Math.round(responseMillis * MILLI);
    requests.accept(new Completed(operation, 0, due, due, due, due, ended, error));
  }

  /** One request each 10 ms that takes 2 ms. */
  private void evenly(String operation, long fromMillis, long toMillis) {
    for (long at = fromMillis; at < toMillis; at += 10) {
      request(operation, at, 2, null);
    }
  }

  @Test
  void theRadiusTellsTheGroupThatWasHitFromTheOthersAndReadsFromWrites() {
    evenly("lookup-1", 0, 10_000);
    evenly("insert-1", 0, 10_000);
    evenly("lookup-2", 0, 10_000);
    request("top-tenants", 5_000, 40, null);
    for (int i = 0; i < 10; i++) {
      request("lookup-1", 10_000 + i, 500, "SQLSTATE 08006");
      request("insert-1", 10_000 + i, i < 4 ? 900 : 2, null);
      request("lookup-2", 10_000 + i, i < 1 ? 3 : 2, null);
    }
    request("top-tenants", 11_999, 41, null);
    request("lookup-2", 12_000, 900, null);
    assertThat(BlastRadius.of(requests, WATCH))
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("lateMillis")
        .containsExactly(
            new Suffered("worker1", "read", true, 10, 10, 0, 0, 2_000),
            new Suffered("worker1", "write", true, 10, 0, 4, 0, 1_000),
            new Suffered("worker2", "read", false, 10, 0, 1, 0, 2_000),
            new Suffered("multi-shard", "read", false, 1, 0, 0, 0, 1));
    assertThat(BlastRadius.of(requests, WATCH))
        .extracting(Suffered::lateMillis)
        .satisfiesExactly(
            reads -> assertThat(reads).isCloseTo(2.2, within(0.01)),
            writes -> assertThat(writes).isCloseTo(2.2, within(0.01)),
            reads -> assertThat(reads).isCloseTo(2.2, within(0.01)),
            all -> assertThat(all).isCloseTo(44, within(0.1)));
  }

  private Debt debt() {
    return Objects.requireNonNull(PerformanceDebt.of(requests, WATCH));
  }

  @Test
  void aFaultThatNobodyFeltLeavesNoDebt() {
    evenly("lookup-1", 0, 30_000);
    assertThat(debt().backMillis()).isEqualTo(0.0);
    assertThat(debt().waitedRequestSeconds()).isZero();
    assertThat(debt().p99Millis()).isCloseTo(2, within(0.01));
    assertThat(debt().before()).isEqualTo(1_000);
  }

  @Test
  void fullPerformanceIsBackAtTheFirstOfFiveGoodSecondsInARow() {
    evenly("lookup-1", 0, 30_000);
    for (long at = 10_000; at < 13_000; at += 50) {
      request("lookup-1", at, 102, null);
    }
    for (int i = 0; i < 4; i++) {
      request("lookup-1", 16_500 + i, 52, null);
    }
    // 60 requests waited 100 ms longer than the mean before, and 4 by 50 ms.
    assertThat(debt().backMillis()).isEqualTo(7_000.0);
    assertThat(debt().waitedRequestSeconds()).isCloseTo(60 * 0.1 + 4 * 0.05, within(1e-6));
    assertThat(debt().failed()).isZero();
    assertThat(debt().intervals()).isEqualTo(5);
    assertThat(debt().watchedMillis()).isEqualTo(20_000);
  }

  @Test
  void whatIsSlowByChanceIsNoDebt() {
    evenly("lookup-1", 0, 30_000);
    for (long at = 10_000; at < 30_000; at += 1_000) {
      for (int i = 0; i < 3; i++) {
        request("lookup-1", at + i, 20, null);
      }
    }
    assertThat(debt().backMillis()).isEqualTo(0.0);
  }

  @Test
  void failedRequestsAreCountedBesideTheArea() {
    evenly("lookup-1", 0, 30_000);
    for (int i = 0; i < 8; i++) {
      request("lookup-1", 11_000 + i, 0.1, "SQLSTATE 08006");
    }
    assertThat(debt().backMillis()).isEqualTo(2_000.0);
    assertThat(debt().failed()).isEqualTo(8);
    assertThat(debt().waitedRequestSeconds()).isCloseTo(0, within(1e-9));
  }

  @Test
  void withoutFiveGoodSecondsItWasNotSeenToBeBack() {
    evenly("lookup-1", 0, 10_000);
    for (long at = 10_000; at < 30_000; at += 10) {
      request("lookup-1", at, 3, null);
    }
    assertThat(debt().backMillis()).isNull();
    assertThat(debt().waitedRequestSeconds()).isCloseTo(2, within(1e-6));
  }

  @Test
  void withoutRequestsInTheQuietTimeThereIsNothingToCompareWith() {
    evenly("lookup-1", 10_000, 30_000);
    evenly("top-tenants", 0, 30_000);
    assertThat(PerformanceDebt.of(requests, WATCH)).isNull();
  }

  @Test
  void theNumberAllowedIsTheBinomialQuantile() {
    assertThat(PerformanceDebt.allowed(1)).isZero();
    assertThat(PerformanceDebt.allowed(20)).isEqualTo(1);
    assertThat(PerformanceDebt.allowed(100)).isEqualTo(3);
    assertThat(PerformanceDebt.allowed(1_000)).isEqualTo(15);
    assertThat(PerformanceDebt.allowed(100_000)).isBetween(1_051, 1_053);
  }
}
