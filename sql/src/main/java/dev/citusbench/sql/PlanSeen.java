package dev.citusbench.sql;

import dev.citusbench.results.PlanClass;
import java.util.Optional;

/**
 * How the engine runs an operation, as it says itself.
 *
 * @param stated plan class of the operation's file
 * @param seen plan class; of a transaction, that of the statement that reaches furthest
 * @param tasks remote tasks of the statement that has most of them; 0 where the plan has none
 * @param with the parameters that it was seen with, and whether prepared
 * @param complaint what is wrong beside the class, as the rest of a sentence about the operation: a
 *     plan that the engine refuses, which counts as local, or a way that is not the stated one;
 *     else empty
 */
public record PlanSeen(
    String operation,
    PlanClass stated,
    PlanClass seen,
    int tasks,
    String with,
    Optional<String> complaint) {

  /** Why the measurement of this operation is invalid; empty where the plan is as stated. */
  public Optional<String> problem() {
    if (complaint.isPresent()) {
      return Optional.of("operation %s %s (with %s)".formatted(operation, complaint.get(), with));
    }
    return stated == seen
        ? Optional.empty()
        : Optional.of(
            "operation %s ran as %s (%d tasks), its file states %s (seen with %s)"
                .formatted(operation, seen, tasks, stated, with));
  }

  /** What became of the plan while measuring; empty where it is as it was. */
  public Optional<String> change(PlanSeen after) {
    return seen == after.seen() && tasks == after.tasks()
        ? Optional.empty()
        : Optional.of(
            "operation %s ran as %s (%d tasks) before measuring, and as %s (%d tasks) after"
                .formatted(operation, seen, tasks, after.seen(), after.tasks()));
  }
}
