package dev.citusbench.gatling.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class RingTest {
  private final List<AtomicBoolean> closed = new ArrayList<>();
  private boolean down;

  private Connection open() throws SQLException {
    if (down) {
      throw new SQLException("refused", "08001");
    }
    AtomicBoolean mine = new AtomicBoolean();
    closed.add(mine);
    return (Connection)
        Proxy.newProxyInstance(
            RingTest.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "close" -> {
                    mine.set(true);
                    yield null;
                  }
                  case "isClosed" -> mine.get();
                  case "equals" -> proxy == arguments[0];
                  case "hashCode" -> System.identityHashCode(mine);
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }

  private final Ring ring = new Ring(0, this::open);

  private static SQLException error(String state) {
    return new SQLException("an error", state);
  }

  @Test
  void connectionsAreKeptAndTheOneUsedLastComesFirst() throws SQLException {
    Connection first = ring.take();
    Connection second = ring.take();
    ring.done(first, null);
    ring.done(second, null);
    assertThat(ring.take()).isEqualTo(second);
    assertThat(ring.take()).isEqualTo(first);
    assertThat(closed).hasSize(2);
  }

  @Test
  void whatTheCoordinatorSaysOfAWorkerIsNothingAgainstTheConnection() throws SQLException {
    Connection connection = ring.take();
    ring.done(connection, error("08006"));
    assertThat(ring.take()).isEqualTo(connection);
    ring.done(connection, error("57014"));
    assertThat(ring.take()).isEqualTo(connection);
  }

  @Test
  void oneThatBrokeTakesTheIdleOnesWithIt() throws SQLException {
    for (String state : List.of("57P01", "25006")) {
      Connection broken = ring.take();
      ring.done(ring.take(), null);
      ring.done(broken, error(state));
      assertThat(ring.open()).isZero();
    }
    assertThat(closed).hasSize(4).allMatch(AtomicBoolean::get);
    Connection closedByDriver = ring.take();
    closedByDriver.close();
    ring.done(closedByDriver, error("08006"));
    assertThat(ring.open()).isZero();
  }

  @Test
  void eachShotTriesToConnectWhileNothingIsThere() throws SQLException {
    down = true;
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(ring::take).hasMessage("refused");
    }
    down = false;
    ring.done(ring.take(), null);
    assertThat(ring.open()).isEqualTo(1);
  }

  @Test
  void aRingFillsItselfInAdvanceLittleByLittle() throws SQLException {
    Ring filling = new Ring(3, this::open);
    for (int shot = 1; shot <= 4 * Ring.FILL_EVERY; shot++) {
      filling.done(filling.take(), null);
      assertThat(filling.open()).isLessThanOrEqualTo(1 + shot / Ring.FILL_EVERY);
    }
    assertThat(filling.open()).isEqualTo(3);
  }

  @Test
  void afterItsEndNothingIsLeftOpen() throws SQLException {
    Connection taken = ring.take();
    ring.done(ring.take(), null);
    ring.close();
    ring.done(taken, null);
    assertThat(closed).hasSize(2).allMatch(AtomicBoolean::get);
  }
}
