package dev.citusbench.results;

import dev.citusbench.results.Manifest.FaultResult;
import dev.citusbench.results.Manifest.Outage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The outages that one stream of probes saw of one fault that was opened several times at the same
 * target.
 *
 * @param fault its kind and target
 * @param client how the stream connects, as {@link Outage} names it
 * @param probe {@code write}, {@code read} or {@code multi-shard}
 * @param group that the stream asks
 * @param millis of each injection, in their order; 0 where the stream had no outage
 */
record OutageDistribution(
    String fault, String client, String probe, int group, List<Double> millis) {
  private record Key(String fault, String client, String probe, int group) {}

  /** All of a run, in the order of its faults; none of faults that were opened once. */
  static List<OutageDistribution> of(Manifest manifest) {
    Map<Key, List<Double>> all = new LinkedHashMap<>();
    for (FaultResult fault : manifest.faults()) {
      for (Outage outage : fault.outages()) {
        all.computeIfAbsent(
                new Key(fault.name(), outage.client(), outage.probe(), outage.group()),
                key -> new ArrayList<>())
            .add(outage.millis());
      }
    }
    return all.entrySet().stream()
        .filter(entry -> entry.getValue().size() > 1)
        .map(
            entry ->
                new OutageDistribution(
                    entry.getKey().fault(),
                    entry.getKey().client(),
                    entry.getKey().probe(),
                    entry.getKey().group(),
                    List.copyOf(entry.getValue())))
        .toList();
  }

  double min() {
    return quantile(millis, 0);
  }

  double median() {
    return quantile(millis, 0.5);
  }

  /** With fewer than ten it would be little else than the maximum. */
  boolean knowsP90() {
    return millis.size() >= 10;
  }

  double p90() {
    return quantile(millis, 0.9);
  }

  double max() {
    return quantile(millis, 1);
  }

  /**
   * Between the two nearest of the sorted values where it falls between them (Hyndman and Fan,
   * 1996, type 7, which R and NumPy take by default).
   */
  static double quantile(List<Double> values, double share) {
    List<Double> sorted = values.stream().sorted().toList();
    double at = share * (sorted.size() - 1);
    int below = (int) Math.floor(at);
    int above = (int) Math.ceil(at);
    return sorted.get(below) + (at - below) * (sorted.get(above) - sorted.get(below));
  }
}
