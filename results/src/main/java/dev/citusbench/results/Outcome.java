package dev.citusbench.results;

import com.fasterxml.jackson.annotation.JsonValue;

/** How a request ended; failed requests have histograms of their own. */
public enum Outcome {
  OK("ok"),
  FAILED("failed");

  private final String label;

  Outcome(String label) {
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
