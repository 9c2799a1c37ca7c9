package dev.citusbench.gatling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.citusbench.results.Manifest.Generator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class VerdictTest {
  private static final long SECOND = 1_000_000_000;
  private static final long MILLI = 1_000_000;

  private long due = 6000;
  private long refused;
  private long abandoned;
  private long unaccounted;
  private long hiccupP99Nanos = MILLI;
  private long pauseNanos = 3 * MILLI;
  private long collectionMillis = 20;
  private double processorShare = 0.2;
  private final Punctuality seen = new Punctuality(0, 60 * SECOND);

  private Generator generator(Generator.Span span, Punctuality punctuality, long sent) {
    return new Generator(
        "test",
        span,
        "constant",
        false,
        100,
        punctuality.perSecond(),
        punctuality.rateError(due),
        due,
        sent,
        refused,
        abandoned,
        7,
        10_000,
        punctuality.lagNanos(50),
        punctuality.lagNanos(90),
        punctuality.lagNanos(99),
        punctuality.lagNanos(99.9),
        punctuality.maxLagNanos(),
        hiccupP99Nanos,
        pauseNanos,
        3,
        collectionMillis,
        9,
        processorShare);
  }

  /** Of a minute at 100 requests a second. */
  private List<String> verdict(Map<String, Long> errors) {
    return Verdict.onSteady(
        generator(Generator.Span.STEADY, seen, seen.count()),
        60,
        seen.count() - refused - abandoned - unaccounted,
        errors);
  }

  /** Of a minute in which things were broken. */
  private List<String> verdictOnFaults() {
    return Verdict.onFaults(generator(Generator.Span.FAULTS, seen, seen.count()), 60);
  }

  private void sent(int count, long lagNanos, double slowness) {
    for (int i = 0; i < count; i++) {
      long at = i * SECOND / 100;
      seen.handedOver(at, (long) (at * slowness) + lagNanos);
    }
  }

  /** In a minute; 4 in 1,000 are 300 ms late. */
  private void sentWithLateOnes(int count) {
    due = count;
    for (int i = 0; i < count; i++) {
      long at = 60 * SECOND * i / count;
      seen.handedOver(at, at + (i % 250 == 100 ? 300 * MILLI : MILLI));
    }
  }

  private void isFoundAtFault(String... texts) {
    assertThat(verdict(Map.of())).singleElement().asString().contains(texts);
  }

  @Test
  void aGeneratorThatKeptToItsScheduleIsTrusted() {
    sent(6000, MILLI, 1);
    assertThat(verdict(Map.of())).isEmpty();
  }

  @Test
  void aRateThatIsMissedByTwoThousandthsIsNamed() {
    sent(5988, MILLI, 1);
    assertThat(verdict(Map.of())).first().asString().contains("an error of -0.20 %");
  }

  @Test
  void aSingleDueRequestThatWasNotSentIsNamedThoughTheRateIsWithinItsTolerance() {
    sent(5999, MILLI, 1);
    isFoundAtFault("1 of 6000 due requests were not sent in the steady phase");
  }

  @Test
  void aGeneratorThatFallsBehindMoreAndMoreHasMissedItsRate() {
    sent(6000, 0, 1.002);
    assertThat(verdict(Map.of())).first().asString().contains("reached 99.8", "-0.20 %");
  }

  @Test
  void aLateGeneratorIsNamedWithItsLagAndTheBound() {
    sent(6000, 35 * MILLI, 1);
    isFoundAtFault("lag p99 35.", "is over 20 ms");
  }

  @Test
  void aTailOfLagIsNamedWhereItIsShown() {
    sentWithLateOnes(12_000);
    isFoundAtFault("lag p99.9 3", "is over 100 ms");
  }

  @Test
  void aTailOfLagOfTooFewRequestsIsNotJudged() {
    sentWithLateOnes(6000);
    assertThat(verdict(Map.of())).isEmpty();
  }

  @Test
  void threadsThatAreHeldUpAgainAndAgainAreNamed() {
    sent(6000, MILLI, 1);
    hiccupP99Nanos = 90 * MILLI;
    isFoundAtFault("threads were held up: p99 90.0 ms is over 20 ms");
  }

  @Test
  void aLongPauseIsNamed() {
    sent(6000, MILLI, 1);
    pauseNanos = 700 * MILLI;
    isFoundAtFault("held up for 700 ms at once");
  }

  @Test
  void garbageCollectionThatTakesMuchOfTheTimeIsNamed() {
    sent(6000, MILLI, 1);
    collectionMillis = 1300;
    isFoundAtFault("garbage collection paused the generator for 1300 ms of 60 s");
  }

  @Test
  void aGeneratorThatTakesMostOfTheProcessorsIsNamed() {
    sent(6000, MILLI, 1);
    processorShare = 0.62;
    isFoundAtFault("used 62 % of all cores");
  }

  @Test
  void requestsThatWereNotSentAreCounted() {
    sent(6000, MILLI, 1);
    refused = 17;
    isFoundAtFault("17 requests were not sent, because 10000 were outstanding");
  }

  @Test
  void requestsWithoutAnAnswerAreCounted() {
    sent(6000, MILLI, 1);
    abandoned = 3;
    isFoundAtFault("3 requests had no answer when the load ended");
  }

  @Test
  void aRequestThatWasSentAndIsNotInTheRecordIsMissed() {
    sent(6000, MILLI, 1);
    unaccounted = 1;
    isFoundAtFault("6000 requests", "were sent, and 5999 are in the record: 1 are missing");
  }

  @Test
  void aRequestThatIsInTheRecordTwiceIsTooMany() {
    sent(6000, MILLI, 1);
    unaccounted = -2;
    isFoundAtFault("6000 requests", "were sent, and 6002 are in the record: 2 are too many");
  }

  @Test
  void requestsThatWereRefusedOrGivenUpAreNotMissingToo() {
    sent(6000, MILLI, 1);
    refused = 4;
    abandoned = 3;
    assertThat(verdict(Map.of())).hasSize(2).noneMatch(reason -> reason.contains("missing"));
    unaccounted = 5;
    assertThat(verdict(Map.of())).hasSize(3).last().asString().contains("5 are missing");
  }

  @Test
  void failedRequestsWhereNothingWasBrokenAreNamedWithTheirSqlStates() {
    sent(6000, MILLI, 1);
    assertThat(verdict(Map.of("SQLSTATE 53300", 90L)))
        .singleElement()
        .asString()
        .contains("90 of 6000 requests failed", "SQLSTATE 53300");
    assertThat(verdict(Map.of("SQLSTATE 53300", 7L))).hasSize(1);
    assertThat(verdict(Map.of("SQLSTATE 53300", 6L))).isEmpty();
  }

  @Test
  void whileThingsAreBrokenAGeneratorMayBeLateAndHeldUp() {
    sent(6000, 240 * MILLI, 1);
    hiccupP99Nanos = 240 * MILLI;
    pauseNanos = 3 * SECOND;
    assertThat(verdictOnFaults()).isEmpty();
  }

  @Test
  void aSingleDueRequestThatWasNotSentWhileThingsWereBrokenIsNamed() {
    sent(5999, MILLI, 1);
    assertThat(verdictOnFaults())
        .singleElement()
        .asString()
        .contains("1 of 6000 due requests were not sent while faults were measured");
  }

  @Test
  void aGeneratorThatWasMuchTooLateWhileThingsWereBrokenIsNamed() {
    sent(6000, 260 * MILLI, 1);
    hiccupP99Nanos = 270 * MILLI;
    assertThat(verdictOnFaults())
        .hasSize(2)
        .allSatisfy(reason -> assertThat(reason).contains("while faults were measured: "))
        .first()
        .asString()
        .contains("lag p99 26");
    assertThat(verdictOnFaults()).last().asString().contains("p99 270.0 ms is over 250 ms");
  }

  @Test
  void whatTheGeneratorSpendsOnItselfIsBoundedWhileThingsAreBrokenToo() {
    sent(6000, MILLI, 1);
    collectionMillis = 1300;
    processorShare = 0.62;
    assertThat(verdictOnFaults())
        .hasSize(2)
        .first()
        .asString()
        .contains("1300 ms of 60 s while faults were measured, over 2 %");
    assertThat(verdictOnFaults())
        .last()
        .asString()
        .contains("used 62 % of all cores while faults were measured");
  }

  @Test
  void aSteadyPhaseWithoutRequestsIsNoMeasurement() {
    due = 100;
    assertThat(verdict(Map.of())).containsExactly("no request was sent in the steady phase");
  }
}
