package dev.citusbench.results;

import dev.citusbench.results.Manifest.FaultPhase;
import dev.citusbench.results.Manifest.FaultResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the outages of writes went, over all injections of one fault at one target. A phase that
 * one of them has not counts as 0 there, so that medians are of all; they do not add up to the
 * median of the outages.
 *
 * @param fault its kind and target
 * @param faults injections with an outage of writes
 * @param parts in the order of the phases
 * @param costliest a sentence that names the phase with the largest median
 */
record PhaseDistribution(String fault, int faults, List<Part> parts, String costliest) {

  /** One phase: how many of the injections have it, and its milliseconds over all. */
  record Part(String name, int seen, double median, double max) {}

  /** In which order phases follow each other. */
  private static final List<String> ORDER =
      List.of(
          FaultPhase.BEFORE,
          "detect",
          "release",
          "lease",
          "elect",
          "held",
          "promote",
          "restart",
          "retaken",
          "metadata",
          "proxy",
          "synchronous",
          "client",
          FaultPhase.UNEXPLAINED);

  /** What of a tuning makes a phase shorter. */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "detect",
          "companion: hasten-failover, and a smaller loop_wait (layer patroni)",
          "lease",
          "ttl (layer patroni)",
          "restart",
          "primary_start_timeout (layer patroni): with 0 another member takes over at once",
          "metadata",
          "on_role_change: announce-promotion, and a smaller loop_wait (layer patroni)",
          "proxy",
          "downinter, fastinter and rise (layer haproxy)");

  /** All of a run, in the order of its faults; none of faults without phases. */
  static List<PhaseDistribution> of(Manifest manifest) {
    Map<String, List<FaultResult>> all = new LinkedHashMap<>();
    for (FaultResult fault : manifest.faults()) {
      if (!fault.phases().isEmpty()) {
        all.computeIfAbsent(fault.name(), name -> new ArrayList<>()).add(fault);
      }
    }
    return all.entrySet().stream().map(entry -> of(entry.getKey(), entry.getValue())).toList();
  }

  private static PhaseDistribution of(String name, List<FaultResult> faults) {
    Map<String, List<Double>> millis = new LinkedHashMap<>();
    for (FaultResult fault : faults) {
      for (FaultPhase phase : fault.phases()) {
        millis.computeIfAbsent(phase.name(), each -> new ArrayList<>()).add(phase.millis());
      }
    }
    List<Part> parts =
        millis.entrySet().stream()
            .map(entry -> part(entry.getKey(), entry.getValue(), faults.size()))
            .sorted(Comparator.comparingInt(part -> place(part.name())))
            .toList();
    return new PhaseDistribution(name, faults.size(), parts, costliest(parts));
  }

  /** What an older or newer suite calls otherwise comes last. */
  private static int place(String name) {
    int place = ORDER.indexOf(name);
    return place < 0 ? ORDER.size() : place;
  }

  private static Part part(String name, List<Double> seen, int faults) {
    List<Double> all = new ArrayList<>(seen);
    while (all.size() < faults) {
      all.add(0.0);
    }
    return new Part(
        name,
        seen.size(),
        OutageDistribution.quantile(all, 0.5),
        OutageDistribution.quantile(all, 1));
  }

  private static String costliest(List<Part> parts) {
    Part most = parts.stream().max(Comparator.comparingDouble(Part::median)).orElseThrow();
    String setting = SETTINGS.get(most.name());
    return "Most of it is %s, %s in the median%s."
        .formatted(
            most.name(),
            Units.millis(most.median()),
            setting == null
                ? "; no setting of a tuning is known to shorten it"
                : "; what shortens it: " + setting);
  }
}
