package dev.citusbench.results;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which resource was used up while an operation was measured, by what was busy meanwhile ({@link
 * Manifest.OperationResult#busy}): the processor if it was busy for nine tenths of the time, else
 * the disk, else what the clients' sessions waited for most, if that was half of their time.
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
    double disk = busy.getOrDefault("disk", 0.0);
    if (disk >= BUSY) {
      return new Bottleneck(
          "disk",
          disk,
          "The cluster's disk was used up: busy %s of the time.".formatted(Units.percent(disk)));
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
        .orElseGet(() -> none(highest));
  }

  private static Bottleneck waiting(String resource, double share) {
    String event = resource.substring(WAIT.length());
    return new Bottleneck(
        resource,
        share,
        "The clients' sessions waited for %s in %s of their statements' time (%s)."
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
      case "Client:ClientRead" -> "the client itself to send more";
      default -> event.startsWith("Lock:") ? "locks of other transactions" : "one event";
    };
  }
}
