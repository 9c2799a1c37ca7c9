package dev.citusbench.results;

import com.fasterxml.jackson.annotation.JsonValue;

/** How tables are distributed over the groups. */
public enum Engine {
  CITUS("citus"),
  FDW("fdw"),
  SINGLE("single");

  private final String label;

  Engine(String label) {
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
