package dev.citusbench.gatling;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ArrivalScheduleTest {
  private static final long MILLI = 1_000_000;

  @Test
  void requestsAreDueAtEvenSpacesFromTheStart() {
    ArrivalSchedule schedule = new ArrivalSchedule(200);
    assertThat(schedule.dueNanos(0, 1_000 * MILLI)).isEqualTo(1_000 * MILLI);
    assertThat(schedule.dueNanos(1, 1_005 * MILLI)).isEqualTo(1_005 * MILLI);
    assertThat(schedule.dueNanos(200, 2_000 * MILLI)).isEqualTo(2_000 * MILLI);
  }

  @Test
  void aRequestHandedOverLateIsDueWhenTheScheduleWantedIt() {
    ArrivalSchedule schedule = new ArrivalSchedule(200);
    schedule.dueNanos(0, 0);
    assertThat(schedule.dueNanos(1, 47 * MILLI)).isEqualTo(5 * MILLI);
  }

  @Test
  void requestsThatComeInAnotherOrderKeepTheirDueTimes() {
    ArrivalSchedule schedule = new ArrivalSchedule(1000);
    schedule.dueNanos(0, 0);
    assertThat(schedule.dueNanos(3, 3 * MILLI)).isEqualTo(3 * MILLI);
    assertThat(schedule.dueNanos(1, 4 * MILLI)).isEqualTo(MILLI);
  }

  @Test
  void aFirstRequestThatWasLateMovesTheStartBackAndTellsByHowMuch() {
    ArrivalSchedule schedule = new ArrivalSchedule(100);
    schedule.dueNanos(0, 30 * MILLI);
    schedule.mark();
    assertThat(schedule.dueNanos(1, 12 * MILLI)).isEqualTo(12 * MILLI);
    assertThat(schedule.dueNanos(2, 25 * MILLI)).isEqualTo(22 * MILLI);
    assertThat(schedule.shiftNanos()).isEqualTo(28 * MILLI);
  }

  @Test
  void anInstantBeforeTheClocksZeroIsAnInstantLikeAnyOther() {
    ArrivalSchedule schedule = new ArrivalSchedule(1000);
    assertThat(schedule.dueNanos(0, -5 * MILLI)).isEqualTo(-5 * MILLI);
    assertThat(schedule.dueNanos(5, 2 * MILLI)).isZero();
  }

  @Test
  void aRateWithThirdsStaysExactOverAnHour() {
    ArrivalSchedule schedule = new ArrivalSchedule(3);
    assertThat(schedule.offsetNanos(3L * 3600)).isEqualTo(3600L * 1000 * MILLI);
  }
}
