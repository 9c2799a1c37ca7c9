package dev.citusbench.sql;

import dev.citusbench.results.Engine;

/** The workload on engine {@code single}. */
final class SingleWorkloadIT extends WorkloadChecks {
  SingleWorkloadIT() {
    super(Engine.SINGLE);
  }
}
