package dev.citusbench.sql;

import dev.citusbench.results.Engine;

/** The workload on engine {@code citus}. */
final class CitusWorkloadIT extends WorkloadChecks {
  CitusWorkloadIT() {
    super(Engine.CITUS);
  }
}
