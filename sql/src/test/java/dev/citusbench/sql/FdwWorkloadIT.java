package dev.citusbench.sql;

import dev.citusbench.results.Engine;

/** The workload on engine {@code fdw}. */
final class FdwWorkloadIT extends WorkloadChecks {
  FdwWorkloadIT() {
    super(Engine.FDW);
  }
}
