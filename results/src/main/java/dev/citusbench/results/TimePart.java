package dev.citusbench.results;

import com.fasterxml.jackson.annotation.JsonValue;

/** Which part of a request a figure measures; {@link #RESPONSE} is the sum of the other four. */
public enum TimePart {
  RESPONSE("response"),
  SERVICE("service"),
  POOL("pool"),
  QUEUE("queue"),
  LAG("lag");

  private final String label;

  TimePart(String label) {
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
