package dev.citusbench.cluster;

import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** How this module reads and writes JSON. */
final class Json {
  static final JsonMapper MAPPER =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  /** On one line, to stand as a value in YAML. */
  static final JsonMapper FLAT = JsonMapper.builder().build();

  private Json() {}
}
