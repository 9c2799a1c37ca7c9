package dev.citusbench.results;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class TimelineTest {
  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

  private final Timeline.Builder builder = new Timeline.Builder(START, START.plusSeconds(10));

  private void requests(Outcome outcome, int... seconds) {
    for (int second : seconds) {
      Histogram histogram = new Histogram(LatencyLog.DIGITS);
      histogram.recordValueWithCount(1_000_000, 7);
      builder.add("all", outcome, START.plusSeconds(second).plusMillis(500), histogram);
    }
  }

  @Test
  void betweenTwoLoadsThereIsNoRateRatherThanOneOfZero() {
    requests(Outcome.OK, 0, 1, 2, 7, 8, 9);
    Timeline timeline = builder.build(List.of(START.plusSeconds(6), START));
    assertThat(timeline.idle()).containsExactly(new Timeline.Idle(3, 7));
    assertThat(timeline.lanes().get(0).ok())
        .containsExactly(7.0, 7.0, 7.0, null, null, null, null, 7.0, 7.0, 7.0);
    assertThat(timeline.lanes().get(0).failed())
        .containsExactly(0.0, 0.0, 0.0, null, null, null, null, 0.0, 0.0, 0.0);
  }

  @Test
  void secondsWithoutAnswersUnderALoadAreZero() {
    requests(Outcome.OK, 0, 1, 5, 9);
    requests(Outcome.FAILED, 4);
    Timeline timeline = builder.build(List.of(START));
    assertThat(timeline.idle()).isEmpty();
    assertThat(timeline.lanes().get(0).ok()).doesNotContainNull().contains(0.0);
  }

  @Test
  void aLoadThatFollowsAtOnceLeavesNoGap() {
    requests(Outcome.OK, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(builder.build(List.of(START, START.plusSeconds(5))).idle()).isEmpty();
  }
}
