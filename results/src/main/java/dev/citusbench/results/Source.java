package dev.citusbench.results;

import com.fasterxml.jackson.annotation.JsonValue;

/** Which measuring tool a figure comes from; the two are never mixed in one row. */
public enum Source {
  JMH("jmh"),
  GATLING("gatling");

  private final String label;

  Source(String label) {
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
