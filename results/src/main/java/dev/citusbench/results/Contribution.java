package dev.citusbench.results;

import java.util.List;

/**
 * What one part of a run (the JMH part, the Gatling part …) adds to the manifest of the whole.
 *
 * @param invalidReasons why this part is not to be trusted; empty where it is
 */
public record Contribution(
    List<Manifest.OperationResult> operations,
    List<Manifest.FaultResult> faults,
    List<String> invalidReasons,
    List<Manifest.ProcessorShare> processor,
    List<Manifest.PlanCheck> plans,
    List<Manifest.Generator> generators) {

  public Contribution {
    operations = List.copyOf(operations);
    faults = List.copyOf(faults);
    invalidReasons = List.copyOf(invalidReasons);
    processor = List.copyOf(processor);
    plans = List.copyOf(plans);
    generators = List.copyOf(generators);
  }

  /** Rows, faults and reasons. */
  public Contribution(
      List<Manifest.OperationResult> operations,
      List<Manifest.FaultResult> faults,
      List<String> invalidReasons) {
    this(operations, faults, invalidReasons, List.of(), List.of(), List.of());
  }

  /** The same with how the load generator did. */
  public Contribution with(Manifest.Generator generator) {
    return new Contribution(
        operations, faults, invalidReasons, processor, plans, List.of(generator));
  }

  /** Rows only. */
  public static Contribution of(List<Manifest.OperationResult> operations) {
    return new Contribution(operations, List.of(), List.of());
  }

  /** Nothing but what the part used of the processors. */
  public static Contribution of(Manifest.ProcessorShare processor) {
    return new Contribution(
        List.of(), List.of(), List.of(), List.of(processor), List.of(), List.of());
  }

  /** Nothing but how the engine ran the operations of the part. */
  public static Contribution of(Manifest.PlanCheck plans) {
    return new Contribution(List.of(), List.of(), List.of(), List.of(), List.of(plans), List.of());
  }

  /** Nothing but a reason why the run is not valid. */
  public static Contribution invalid(String reason) {
    return new Contribution(List.of(), List.of(), List.of(reason));
  }
}
