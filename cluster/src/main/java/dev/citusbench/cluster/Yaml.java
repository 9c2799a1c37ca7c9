package dev.citusbench.cluster;

import dev.citusbench.results.BenchException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * A YAML file of mappings in mappings and single values, with the line of every key, so that errors
 * can name it. Lists are not needed by tunings, and refused.
 *
 * @param values nested mappings; leaves are String, Long, Double, Boolean
 * @param lines by path, {@code patroni.ttl}
 */
record Yaml(Path file, Map<String, Object> values, Map<String, Integer> lines) {

  static Yaml read(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, Integer> lines = new LinkedHashMap<>();
    try (JsonParser parser = YAMLMapper.shared().createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw BenchException.usage(file + ": a mapping is expected, with 'why:' and sections");
      }
      return new Yaml(file, mapping(file, parser, "", lines), lines);
    } catch (JacksonException e) {
      throw BenchException.usage(
          "%s:%d: not readable as YAML: %s"
              .formatted(
                  file, e.getLocation() == null ? 0 : e.getLocation().getLineNr(), firstLine(e)));
    }
  }

  private static Map<String, Object> mapping(
      Path file, JsonParser parser, String prefix, Map<String, Integer> lines) {
    Map<String, Object> map = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String key = parser.currentName();
      String path = prefix + key;
      int line = parser.currentTokenLocation().getLineNr();
      if (map.containsKey(key)) {
        throw BenchException.usage(
            "%s:%d: key '%s' is there twice, first in line %d"
                .formatted(file, line, path, lines.get(path)));
      }
      lines.put(path, line);
      JsonToken token = parser.nextToken();
      switch (token) {
        case START_OBJECT -> map.put(key, mapping(file, parser, path + ".", lines));
        case VALUE_STRING -> map.put(key, parser.getString().strip());
        case VALUE_NUMBER_INT -> map.put(key, parser.getLongValue());
        case VALUE_NUMBER_FLOAT -> map.put(key, parser.getDoubleValue());
        case VALUE_TRUE -> map.put(key, true);
        case VALUE_FALSE -> map.put(key, false);
        default ->
            throw BenchException.usage(
                "%s:%d: key '%s' needs one value, not %s"
                    .formatted(
                        file,
                        line,
                        path,
                        token == JsonToken.START_ARRAY ? "a list" : "an empty one"));
      }
    }
    return map;
  }

  private static String firstLine(Exception e) {
    String message = String.valueOf(e.getMessage());
    return message.lines().findFirst().orElse(message);
  }
}
