package dev.citusbench.results;

import com.fasterxml.jackson.annotation.JsonValue;

/** What a run folder holds. */
public enum RunKind {
  RUN("run"),
  JMH("jmh"),
  GATLING("gatling"),
  FAILOVER("failover"),
  SWEEP("sweep");

  private final String label;

  RunKind(String label) {
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
