package dev.citusbench.gatling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.citusbench.results.TimePart;
import dev.citusbench.session.Arrivals;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class DispatcherTest {
  private static final long MILLI = 1_000_000;
  private static final Duration LEAD = Duration.ofMillis(20);

  private final List<Completed> ended = new CopyOnWriteArrayList<>();
  private final Punctuality punctuality = new Punctuality(0, Long.MAX_VALUE);

  private Dispatcher dispatcher(Load load) {
    return new Dispatcher(new ArrivalSchedule(Arrivals.CONSTANT, 500, 1), load, punctuality);
  }

  private Load load() {
    return new Load(
        Mix.of(Map.of("stub", 1), 1, name -> StubDatabase.work(name, index -> {})),
        new StubDatabase(1, 1000).dataSource(),
        1,
        100,
        ended::add,
        System::nanoTime);
  }

  /** A request may have ended before the dispatcher has noted that it handed it over. */
  private void awaitEnded(int count) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (ended.size() < count || punctuality.count() < count) {
      assertThat(System.nanoTime()).as("deadline").isLessThan(end);
      Thread.sleep(1);
    }
  }

  @Test
  void eachRequestIsDueByTheScheduleAndNeverHandedOverBeforeThat() throws Exception {
    try (Load load = load();
        Dispatcher dispatcher = dispatcher(load)) {
      dispatcher.start(LEAD);
      for (int i = 0; i < 20; i++) {
        dispatcher.arrived(completed -> {});
      }
      awaitEnded(20);
      long start = Objects.requireNonNull(dispatcher.startNanos());
      for (Completed each : ended) {
        assertThat(each.dueNanos() - start).isEqualTo(each.index() * 2 * MILLI);
        assertThat(each.nanos(TimePart.LAG).orElseThrow()).isNotNegative();
      }
      assertThat(punctuality.count()).isEqualTo(20);
    }
  }

  @Test
  void aRequestWhoseUserComesLateIsSentThenAndItsLagTellsByHowMuch() throws Exception {
    try (Load load = load();
        Dispatcher dispatcher = dispatcher(load)) {
      dispatcher.start(LEAD);
      dispatcher.arrived(completed -> {});
      awaitEnded(1);
      long start = Objects.requireNonNull(dispatcher.startNanos());
      Thread.sleep(60);
      long came = System.nanoTime() - start;
      dispatcher.arrived(completed -> {});
      awaitEnded(2);
      assertThat(ended.get(1).dueNanos() - start).isEqualTo(2 * MILLI);
      assertThat(ended.get(1).nanos(TimePart.LAG).orElseThrow())
          .isGreaterThanOrEqualTo(came - 2 * MILLI);
      assertThat(punctuality.maxLagNanos()).isGreaterThan(50 * MILLI);
    }
  }
}
