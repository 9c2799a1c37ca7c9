package dev.citusbench.results;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which resource was used up while an operation was measured, by what was busy meanwhile ({@link
 * Manifest.OperationResult#busy}): the processor if it was busy for nine tenths of the time, else
 * what sessions on the primaries waited for most, if that was half of their time, else the disk.
 *
 * @param resource {@code processor}, {@code disk} or {@code wait <type>:<event>}; null where none
 *     was at its limit
 * @param share of {@code resource}, from 0 to 1; null with it
 * @param sentence what a reader is told
 */
record Bottleneck(@Nullable String resource, @Nullable Double share, String sentence) {
  static final double BUSY = 0.9;
  static final double WAITING = 0.5;

  private static final String WAIT = "wait ";
  private static final int SHOWN = 3;

  static Bottleneck of(Map<String, Double> busy) {
    if (busy.isEmpty()) {
      return new Bottleneck(null, null, "What was busy was not recorded.");
    }
    double processor = busy.getOrDefault("processor", 0.0);
    if (processor >= BUSY) {
      return new Bottleneck(
          "processor",
          processor,
          "The processor was used up: %s of all cores of this machine."
              .formatted(Units.percent(processor)));
    }
    List<Map.Entry<String, Double>> highest =
        busy.entrySet().stream()
            .sorted(
                Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .toList();
    return highest.stream()
        .filter(entry -> entry.getKey().startsWith(WAIT) && entry.getValue() >= WAITING)
        .findFirst()
        .map(entry -> waiting(entry.getKey(), entry.getValue()))
        .orElseGet(() -> diskOrNone(busy.getOrDefault("disk", 0.0), highest));
  }

  private static Bottleneck diskOrNone(double disk, List<Map.Entry<String, Double>> highest) {
    return disk < BUSY
        ? none(highest)
        : new Bottleneck(
            "disk",
            disk,
            "The cluster's disk was busy for %s of the time; whether it could have done more at once is not known."
                .formatted(Units.percent(disk)));
  }

  private static Bottleneck waiting(String resource, double share) {
    String event = resource.substring(WAIT.length());
    return new Bottleneck(
        resource,
        share,
        "Sessions on the primaries waited for %s in %s of their statements' time (%s)."
            .formatted(meaning(event), Units.percent(share), event));
  }

  private static Bottleneck none(List<Map.Entry<String, Double>> highest) {
    return new Bottleneck(
        null,
        null,
        "No resource at its limit was seen. The highest: %s."
            .formatted(
                highest.stream()
                    .limit(SHOWN)
                    .map(entry -> entry.getKey() + " " + Units.percent(entry.getValue()))
                    .collect(Collectors.joining(", "))));
  }

  /** As PostgreSQL documents its wait events, in plain words. */
  private static String meaning(String event) {
    return switch (event) {
      case "IPC:SyncRep" -> "the synchronous standby to confirm";
      case "IO:WALSync" -> "the WAL to reach the disk";
      case "IO:WALWrite", "LWLock:WALWrite" -> "the WAL to be written";
      case "LWLock:WALInsert" -> "room in the buffers of the WAL";
      default -> event.startsWith("Lock:") ? "locks of other transactions" : "one event";
    };
  }
}
