package dev.citusbench.gatling;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.management.ListenerNotFoundException;
import javax.management.NotificationBroadcasterSupport;
import javax.management.NotificationFilter;
import javax.management.NotificationListener;
import org.junit.jupiter.api.Test;

final class VitalsTest {
  private final AtomicInteger listeners = new AtomicInteger();

  private final class Collector extends NotificationBroadcasterSupport {
    @Override
    public void addNotificationListener(
        NotificationListener listener, NotificationFilter filter, Object handback) {
      super.addNotificationListener(listener, filter, handback);
      listeners.incrementAndGet();
    }

    @Override
    public void removeNotificationListener(NotificationListener listener)
        throws ListenerNotFoundException {
      super.removeNotificationListener(listener);
      listeners.decrementAndGet();
    }
  }

  @Test
  void whoIsClosedListensToNoCollectorAnyMoreHoweverOftenItIsClosed() {
    Vitals vitals = new Vitals(List.of(new Collector(), new Collector()));
    assertThat(listeners).hasValue(2);
    vitals.close();
    assertThat(listeners).hasValue(0);
    vitals.close();
    assertThat(listeners).hasValue(0);
  }
}
