package dev.citusbench.results;

import com.fasterxml.jackson.annotation.JsonValue;

/** How the engine runs an operation. */
public enum PlanClass {
  FAST_PATH("fast-path"),
  ROUTER("router"),
  MULTI_SHARD("multi-shard"),
  REPARTITION("repartition"),
  LOCAL("local");

  private final String label;

  PlanClass(String label) {
    this.label = label;
  }

  /** The name used in files, options and output. */
  @JsonValue
  public String label() {
    return label;
  }

  @Override
  public String toString() {
    return label;
  }
}
