package dev.citusbench.sql;

import dev.citusbench.results.PlanClass;
import java.util.Optional;

/**
 * How the engine runs an operation, as it says itself.
 *
 * @param stated plan class of the operation's file
 * @param seen plan class; of a transaction, that of the statement that reaches furthest
 * @param tasks remote tasks of the statement that has most of them; 0 where the plan has none
 */
public record PlanSeen(String operation, PlanClass stated, PlanClass seen, int tasks) {

  /** Why the measurement of this operation is invalid; empty where the plan is as stated. */
  public Optional<String> problem() {
    return stated == seen
        ? Optional.empty()
        : Optional.of(
            "operation %s ran as %s (%d tasks), its file states %s"
                .formatted(operation, seen, tasks, stated));
  }
}
