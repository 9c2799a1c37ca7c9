package dev.citusbench.gatling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.citusbench.cluster.Injection;
import dev.citusbench.cluster.OpenFault;
import dev.citusbench.results.BenchException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class OneStressTest {
  private final AtomicInteger closed = new AtomicInteger();
  private final OneStress stress = new OneStress();

  private OpenFault fake() {
    return new OpenFault() {
      @Override
      public Injection injection() {
        throw new UnsupportedOperationException();
      }

      @Override
      public void close() {
        closed.incrementAndGet();
      }
    };
  }

  @Test
  void whatIsOpenIsEndedAndNothingMoreIsBegun() {
    stress.begin(this::fake);
    stress.stop();
    assertThat(closed).hasValue(1);
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(
            () ->
                stress.begin(
                    () -> {
                      throw new AssertionError("it is begun");
                    }))
        .withMessageContaining("ending");
  }

  @Test
  void whatIsBeingBegunIsEndedToo() throws InterruptedException {
    CountDownLatch beginning = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Thread conductor =
        new Thread(
            () ->
                stress.begin(
                    () -> {
                      beginning.countDown();
                      try {
                        go.await();
                      } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                      }
                      return fake();
                    }));
    conductor.start();
    beginning.await();
    Thread hook = new Thread(stress::stop);
    hook.start();
    go.countDown();
    conductor.join();
    hook.join();
    assertThat(closed).hasValue(1);
  }

  @Test
  void whatWasEndedIsNotEndedAgain() {
    stress.begin(this::fake);
    stress.ended();
    stress.stop();
    assertThat(closed).hasValue(0);
  }
}
