package dev.citusbench.gatling.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TimeLimitedTest {
  private static final Duration NEVER = Duration.ofHours(1);

  private final List<String> calls = new ArrayList<>();
  private final CountDownLatch aborted = new CountDownLatch(1);
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

  private final Source source =
      new Source() {
        @Override
        public Connection take() {
          return connection();
        }

        @Override
        public void done(Connection connection, @Nullable SQLException error) {
          calls.add("done");
        }
      };

  private Connection connection() {
    return (Connection)
        Proxy.newProxyInstance(
            TimeLimitedTest.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "abort" -> {
                    calls.add("abort");
                    aborted.countDown();
                    yield null;
                  }
                  case "close" -> {
                    calls.add("close");
                    yield null;
                  }
                  case "equals" -> proxy == arguments[0];
                  case "hashCode" -> System.identityHashCode(proxy);
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  @AfterEach
  void close() {
    timer.shutdownNow();
  }

  @Test
  void aConnectionThatIsNotGivenBackIsAbortedAndNotUsedAgain() throws Exception {
    TimeLimited limited = new TimeLimited(source, Duration.ofMillis(1), timer);
    Connection connection = limited.take();
    assertThat(aborted.await(10, TimeUnit.SECONDS)).isTrue();
    limited.done(connection, new SQLException("closed", "08006"));
    assertThat(calls).containsExactly("abort", "close", "done");
  }

  @Test
  void oneThatIsGivenBackInTimeIsLeftAsItIs() throws Exception {
    TimeLimited limited = new TimeLimited(source, NEVER, timer);
    Connection connection = limited.take();
    limited.done(connection, null);
    assertThat(calls).containsExactly("done");
  }

  @Test
  void oneThatIsTakenAgainHasItsTimeAnew() throws Exception {
    Connection kept = connection();
    Source same =
        new Source() {
          @Override
          public Connection take() {
            return kept;
          }

          @Override
          public void done(Connection connection, @Nullable SQLException error) {
            calls.add("done");
          }
        };
    TimeLimited limited = new TimeLimited(same, Duration.ofMillis(500), timer);
    limited.done(limited.take(), null);
    limited.take();
    assertThat(aborted.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(calls)
        .as("the first time's limit had passed by then")
        .containsExactly("done", "abort");
  }
}
