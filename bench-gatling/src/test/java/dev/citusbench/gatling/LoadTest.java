package dev.citusbench.gatling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.citusbench.results.Outcome;
import dev.citusbench.results.TimePart;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class LoadTest {
  private final AtomicLong clock = new AtomicLong();
  private final List<Completed> logged = new CopyOnWriteArrayList<>();
  private final List<Completed> returned = new CopyOnWriteArrayList<>();
  private final StubDatabase database = new StubDatabase(1, 20);

  private Load load(int workers, int mostOutstanding, StubDatabase.Step step) {
    return new Load(
        Mix.of(Map.of("stub", 1), 1, name -> StubDatabase.work(name, step)),
        database.dataSource(),
        workers,
        mostOutstanding,
        logged::add,
        clock::get);
  }

  @Test
  void eachPartOfTheTimeIsRecordedFromTheDueTimeOn() {
    Load load =
        load(
            1,
            10,
            index -> {
              clock.addAndGet(index == 0 ? 0 : 700);
            });
    try (load) {
      load.submit(0, 0, returned::add);
      awaitReturned(1);
      clock.set(1_000_000 + 250);
      load.submit(1, 1_000_000, returned::add);
      awaitReturned(2);
    }
    Completed late = returned.get(1);
    assertThat(late.outcome()).isEqualTo(Outcome.OK);
    assertThat(late.nanos(TimePart.LAG)).hasValue(250);
    assertThat(late.nanos(TimePart.SERVICE)).hasValue(700);
    assertThat(late.nanos(TimePart.RESPONSE)).hasValue(950);
    assertThat(sumOfParts(late)).isEqualTo(late.nanos(TimePart.RESPONSE).orElseThrow());
  }

  @Test
  void theWaitForAWorkerIsInQueueAndTheWaitForAConnectionInPool() throws Exception {
    CountDownLatch working = new CountDownLatch(1);
    CountDownLatch proceed = new CountDownLatch(1);
    Load load =
        load(
            1,
            10,
            index -> {
              if (index == 0) {
                working.countDown();
                await(proceed);
              }
            });
    try (load) {
      load.submit(0, 0, returned::add);
      working.await();
      load.submit(1, 0, returned::add);
      clock.set(5_000_000);
      proceed.countDown();
      awaitReturned(2);
    }
    assertThat(returned.get(1).nanos(TimePart.QUEUE)).hasValue(5_000_000);
    assertThat(returned.get(1).nanos(TimePart.POOL)).hasValue(0);
  }

  @Test
  void aFailedRequestComesBackOnceWithItsSqlState() {
    try (Load load =
        load(
            1,
            10,
            index -> {
              throw new SQLException("could not serialize", "40001");
            })) {
      load.submit(0, 0, returned::add);
      awaitReturned(1);
    }
    assertThat(returned).hasSize(1).isEqualTo(logged);
    assertThat(returned.get(0).error()).isEqualTo("SQLSTATE 40001");
    assertThat(returned.get(0).outcome()).isEqualTo(Outcome.FAILED);
    assertThat(database.givenBack).hasValue(1);
  }

  @Test
  void anErrorOfTheProgramComesBackOnceByItsName() {
    try (Load load =
        load(
            1,
            10,
            index -> {
              throw new StackOverflowError();
            })) {
      load.submit(0, 0, returned::add);
      awaitReturned(1);
    }
    assertThat(returned).hasSize(1);
    assertThat(returned.get(0).error()).isEqualTo("StackOverflowError");
  }

  @Test
  void aRequestThatGetsNoConnectionHasAPoolTimeAndNoServiceTime() {
    CountDownLatch proceed = new CountDownLatch(1);
    try (Load load =
        load(
            2,
            10,
            index -> {
              if (index == 0) {
                await(proceed);
              }
            })) {
      load.submit(0, 0, returned::add);
      awaitBorrowed();
      load.submit(1, 0, returned::add);
      awaitReturned(1);
      proceed.countDown();
      awaitReturned(2);
    }
    Completed failed = returned.get(0);
    assertThat(failed.index()).isEqualTo(1);
    assertThat(failed.error()).isEqualTo("no connection, SQLSTATE 08001");
    assertThat(failed.nanos(TimePart.SERVICE)).isEqualTo(OptionalLong.empty());
    assertThat(failed.nanos(TimePart.POOL)).isPresent();
  }

  @Test
  void oneMoreThanMayBeOutstandingIsRefusedAndCountedAtOnce() {
    CountDownLatch proceed = new CountDownLatch(1);
    Load load = load(1, 2, index -> await(proceed));
    try (load) {
      load.submit(0, 0, returned::add);
      load.submit(1, 0, returned::add);
      load.submit(2, 0, returned::add);
      assertThat(returned).hasSize(1);
      assertThat(returned.get(0).error()).isEqualTo("more than 2 outstanding");
      assertThat(load.overBound()).isEqualTo(1);
      proceed.countDown();
      awaitReturned(3);
    }
    assertThat(logged).hasSize(2);
    assertThat(load.handedOver()).isEqualTo(3);
    assertThat(load.outstanding()).isZero();
  }

  @Test
  void aRequestThatComesAfterTheEndIsGivenBackAndCounted() {
    Load load = load(1, 2, index -> {});
    load.close();
    load.submit(0, 0, returned::add);
    assertThat(returned).hasSize(1);
    assertThat(load.abandoned()).isEqualTo(1);
    assertThat(load.outstanding()).isZero();
  }

  @Test
  void aRequestThatOutlastsTheEndIsCountedAsAbandonedAndLoggedNowhere() {
    CountDownLatch proceed = new CountDownLatch(1);
    CountDownLatch working = new CountDownLatch(1);
    Load load =
        load(
            1,
            3,
            index -> {
              working.countDown();
              awaitThroughInterrupts(proceed);
            });
    load.submit(0, 0, returned::add);
    load.submit(1, 0, returned::add);
    await(working);
    load.close(Duration.ofMillis(20));
    assertThat(load.abandoned()).isEqualTo(2);
    proceed.countDown();
    awaitReturned(1);
    assertThat(logged).isEmpty();
    assertThat(load.abandoned()).isEqualTo(2);
  }

  @Test
  void aRequestWhoseRecordingFailsIsCountedAndTheLoadGoesOn() {
    Load load =
        new Load(
            Mix.of(Map.of("stub", 1), 1, name -> StubDatabase.work(name, index -> {})),
            database.dataSource(),
            1,
            10,
            completed -> {
              if (completed.index() == 0) {
                throw new ArrayIndexOutOfBoundsException("value outside of the histogram");
              }
              if (completed.index() == 1) {
                throw new OutOfMemoryError("no heap left");
              }
              logged.add(completed);
            },
            clock::get);
    try (load) {
      for (int i = 0; i < 3; i++) {
        load.submit(i, 0, returned::add);
      }
      awaitReturned(3);
    }
    assertThat(load.unrecorded()).isEqualTo(2);
    assertThat(logged).extracting(Completed::index).containsExactly(2L);
    assertThat(load.outstanding()).isZero();
    assertThat(load.abandoned()).isZero();
  }

  private static void awaitThroughInterrupts(CountDownLatch latch) {
    boolean interrupted = true;
    while (interrupted) {
      try {
        assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        interrupted = false;
      } catch (InterruptedException e) {
        // What hangs in a driver does not hear of it either.
      }
    }
  }

  private static long sumOfParts(Completed completed) {
    return completed.nanos(TimePart.LAG).orElse(0)
        + completed.nanos(TimePart.QUEUE).orElse(0)
        + completed.nanos(TimePart.POOL).orElse(0)
        + completed.nanos(TimePart.SERVICE).orElse(0);
  }

  private void awaitReturned(int count) {
    until(() -> returned.size() >= count);
  }

  private void awaitBorrowed() {
    until(() -> database.borrowed.get() > 0);
  }

  private static void until(java.util.function.BooleanSupplier holds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!holds.getAsBoolean()) {
      assertThat(System.nanoTime()).as("deadline").isLessThan(end);
      Thread.onSpinWait();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
