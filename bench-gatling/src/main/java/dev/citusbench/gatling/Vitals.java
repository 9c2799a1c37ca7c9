package dev.citusbench.gatling;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;

/** What this process spends on itself: processor time, and pauses for garbage collection. */
final class Vitals implements AutoCloseable {
  private final OperatingSystemMXBean system =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private final AtomicLong collections = new AtomicLong();
  private final AtomicLong collectionMillis = new AtomicLong();
  private final LongAccumulator longestMillis = new LongAccumulator(Math::max, 0);
  private final NotificationListener listener = (notification, handback) -> collected(notification);
  private final List<NotificationEmitter> collectors;
  private volatile long beganNanos = System.nanoTime();
  private volatile long beganProcessorNanos = system.getProcessCpuTime();

  /**
   * What was spent in a span.
   *
   * @param processorShare of all cores of the machine; 1 is all of them
   */
  record Spent(
      long collections, long collectionMillis, long longestMillis, double processorShare) {}

  /** The vitals of this process. */
  Vitals() {
    this(
        ManagementFactory.getGarbageCollectorMXBeans().stream()
            .filter(NotificationEmitter.class::isInstance)
            .map(NotificationEmitter.class::cast)
            .toList());
  }

  /** Vitals that hear of the pauses from these collectors until they are closed. */
  Vitals(List<? extends NotificationEmitter> collectors) {
    this.collectors = List.copyOf(collectors);
    for (NotificationEmitter collector : this.collectors) {
      collector.addNotificationListener(
          listener,
          notification ->
              notification
                  .getType()
                  .equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION),
          null);
    }
  }

  private void collected(Notification notification) {
    if (notification.getUserData() instanceof CompositeData data) {
      long millis = GarbageCollectionNotificationInfo.from(data).getGcInfo().getDuration();
      collections.incrementAndGet();
      collectionMillis.addAndGet(millis);
      longestMillis.accumulate(millis);
    }
  }

  /** Begins the span. */
  void begin() {
    collections.set(0);
    collectionMillis.set(0);
    longestMillis.reset();
    beganProcessorNanos = system.getProcessCpuTime();
    beganNanos = System.nanoTime();
  }

  /** What was spent since the span began. */
  Spent spent() {
    double nanos = (double) (System.nanoTime() - beganNanos) * system.getAvailableProcessors();
    return new Spent(
        collections.get(),
        collectionMillis.get(),
        longestMillis.get(),
        nanos > 0 ? (system.getProcessCpuTime() - beganProcessorNanos) / nanos : 0);
  }

  /** Hears of no collection any more; what was seen stays. */
  @Override
  public void close() {
    for (NotificationEmitter collector : collectors) {
      try {
        collector.removeNotificationListener(listener);
      } catch (ListenerNotFoundException e) {
        // closed before
      }
    }
  }
}
