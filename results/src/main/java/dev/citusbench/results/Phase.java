package dev.citusbench.results;

import com.fasterxml.jackson.annotation.JsonValue;

/** Part of a run, in time order. */
public enum Phase {
  WARM_UP("warm-up"),
  STEADY("steady"),
  FAULT("fault"),
  OUTAGE("outage"),
  RECOVERY("recovery"),
  AFTER("after");

  private final String label;

  Phase(String label) {
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
