package dev.citusbench.results;

import com.fasterxml.jackson.annotation.JsonValue;

/** Where the members of a cluster run. */
public enum RuntimeKind {
  NATIVE("native"),
  DOCKER("docker"),
  ATTACH("attach");

  private final String label;

  RuntimeKind(String label) {
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
