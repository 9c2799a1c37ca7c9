package dev.citusbench.gatling;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/** What this process spends on itself: processor time, and pauses for garbage collection. */
final class Vitals {
  private final OperatingSystemMXBean system =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private final AtomicLong collections = new AtomicLong();
  private final AtomicLong collectionMillis = new AtomicLong();
  private final LongAccumulator longestMillis = new LongAccumulator(Math::max, 0);
  private volatile long beganNanos = System.nanoTime();
  private volatile long beganProcessorNanos = system.getProcessCpuTime();

  /**
   * What was spent in a span.
   *
   * @param processorShare of all cores of the machine; 1 is all of them
   */
  record Spent(
      long collections, long collectionMillis, long longestMillis, double processorShare) {}

  Vitals() {
    for (var collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      if (collector instanceof NotificationEmitter emitter) {
        emitter.addNotificationListener(
            (notification, handback) -> {
              if (notification.getUserData() instanceof CompositeData data) {
                long millis =
                    GarbageCollectionNotificationInfo.from(data).getGcInfo().getDuration();
                collections.incrementAndGet();
                collectionMillis.addAndGet(millis);
                longestMillis.accumulate(millis);
              }
            },
            notification ->
                notification
                    .getType()
                    .equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION),
            null);
      }
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
}
