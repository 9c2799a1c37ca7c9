package dev.citusbench.results;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one part of a run (the JMH part, the Gatling part …) adds to the manifest of the whole.
 *
 * @param invalidReasons why this part is not to be trusted; empty where it is
 * @param unaskedLeaderChanges null where nobody looked
 * @param endurance empty where nobody tried
 */
public record Contribution(
    List<Manifest.OperationResult> operations,
    List<Manifest.FaultResult> faults,
    List<String> invalidReasons,
    List<Manifest.ProcessorShare> processor,
    List<Manifest.PlanCheck> plans,
    List<Manifest.Generator> generators,
    @JsonInclude(JsonInclude.Include.NON_NULL)
        @Nullable List<Manifest.LeaderChange> unaskedLeaderChanges,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) @Nullable List<Endurance> endurance) {

  public Contribution {
    operations = List.copyOf(operations);
    faults = List.copyOf(faults);
    invalidReasons = List.copyOf(invalidReasons);
    processor = List.copyOf(processor);
    plans = List.copyOf(plans);
    generators = List.copyOf(generators);
    unaskedLeaderChanges = unaskedLeaderChanges == null ? null : List.copyOf(unaskedLeaderChanges);
    endurance = endurance == null ? List.of() : List.copyOf(endurance);
  }

  /** Never null. */
  @Override
  public List<Endurance> endurance() {
    return Objects.requireNonNullElse(endurance, List.of());
  }

  /** Rows, faults and reasons. */
  public Contribution(
      List<Manifest.OperationResult> operations,
      List<Manifest.FaultResult> faults,
      List<String> invalidReasons) {
    this(operations, faults, invalidReasons, List.of(), List.of(), List.of(), null, null);
  }

  /** The same with the leader changes that no fault explains. */
  public Contribution withUnasked(@Nullable List<Manifest.LeaderChange> changes) {
    return new Contribution(
        operations, faults, invalidReasons, processor, plans, generators, changes, endurance);
  }

  /** The same with how much of each stress was borne. */
  public Contribution withEndurance(List<Endurance> tried) {
    return new Contribution(
        operations,
        faults,
        invalidReasons,
        processor,
        plans,
        generators,
        unaskedLeaderChanges,
        tried);
  }

  /** The same with how the load generator did, a row for each span of its load. */
  public Contribution withGenerators(List<Manifest.Generator> spans) {
    return new Contribution(
        operations,
        faults,
        invalidReasons,
        processor,
        plans,
        spans,
        unaskedLeaderChanges,
        endurance);
  }

  /** Rows only. */
  public static Contribution of(List<Manifest.OperationResult> operations) {
    return new Contribution(operations, List.of(), List.of());
  }

  /** Nothing but what the part used of the processors. */
  public static Contribution of(Manifest.ProcessorShare processor) {
    return new Contribution(
        List.of(), List.of(), List.of(), List.of(processor), List.of(), List.of(), null, null);
  }

  /** Nothing but how the engine ran the operations of the part. */
  public static Contribution of(Manifest.PlanCheck plans) {
    return new Contribution(
        List.of(), List.of(), List.of(), List.of(), List.of(plans), List.of(), null, null);
  }

  /** Nothing but a reason why the run is not valid. */
  public static Contribution invalid(String reason) {
    return new Contribution(List.of(), List.of(), List.of(reason));
  }
}
