package dev.citusbench.cluster;

import dev.citusbench.results.BenchException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A named file of settings, {@code cluster/tunings/<name>.yaml}: {@code why:}, {@code extends:} and
 * what differs by layer. A tuning that extends nothing by name stands on {@code ha-default}. What
 * this class holds is resolved and validated; errors name file, line and key.
 */
public final class Tuning {
  /** The tuning that all others stand on. */
  public static final String BASE = "ha-default";

  private final String name;
  private final String why;
  private final Map<TuningLayer, Map<String, Object>> layers;

  private Tuning(String name, String why, Map<TuningLayer, Map<String, Object>> layers) {
    this.name = name;
    this.why = why;
    this.layers = layers;
  }

  /** Reads, resolves and validates a tuning; what is wrong with it is a usage error. */
  public static Tuning load(Path home, String name) {
    Map<TuningLayer, Map<String, Object>> layers = new EnumMap<>(TuningLayer.class);
    List<Yaml> chain = chain(home, name);
    Map<String, String> origins = new LinkedHashMap<>();
    for (int i = chain.size() - 1; i >= 0; i--) {
      Yaml file = chain.get(i);
      for (Map.Entry<String, Object> section : file.values().entrySet()) {
        if (section.getKey().equals("why") || section.getKey().equals("extends")) {
          continue;
        }
        TuningLayer layer = TuningLayer.of(section.getKey());
        for (Map.Entry<?, ?> entry : ((Map<?, ?>) section.getValue()).entrySet()) {
          String key = String.valueOf(entry.getKey());
          TuningKey known = layer.keys().get(key);
          if (known != null) {
            settings(layers, layer).put(key, known.normal(entry.getValue()));
          }
          origins.put(layer.label() + "." + key, at(file, layer.label() + "." + key));
        }
      }
    }
    checkTimers(settings(layers, TuningLayer.PATRONI), origins);
    String why = String.valueOf(chain.get(0).values().get("why"));
    return new Tuning(name, why, layers);
  }

  /** Names of all tunings there are, sorted. */
  public static List<String> names(Path home) {
    try (Stream<Path> files = Files.list(folder(home))) {
      return files
          .map(f -> f.getFileName().toString())
          .filter(f -> f.endsWith(".yaml"))
          .map(f -> f.substring(0, f.length() - ".yaml".length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path folder(Path home) {
    return home.resolve("cluster").resolve("tunings");
  }

  /** The tuning's file first, then what it extends, the base last; every file validated. */
  private static List<Yaml> chain(Path home, String name) {
    Path folder = folder(home);
    List<Yaml> chain = new ArrayList<>();
    Set<String> seen = new LinkedHashSet<>();
    String next = name;
    String askedBy = "";
    while (true) {
      Path file = folder.resolve(next + ".yaml");
      if (!next.matches("[a-zA-Z0-9][a-zA-Z0-9._-]*") || !Files.isRegularFile(file)) {
        BenchException unknown = BenchException.unknown("tuning", next, names(home));
        throw askedBy.isEmpty() ? unknown : BenchException.usage(askedBy + unknown.getMessage());
      }
      if (!seen.add(next)) {
        throw BenchException.usage(
            askedBy + "tunings extend each other in a circle: " + String.join(" → ", seen));
      }
      Yaml yaml = Yaml.read(file);
      validate(yaml);
      chain.add(yaml);
      Object parent = yaml.values().get("extends");
      if (parent == null && next.equals(BASE)) {
        return chain;
      }
      next = parent == null ? BASE : String.valueOf(parent);
      askedBy = parent == null ? file + ": " : at(yaml, "extends") + ": ";
    }
  }

  private static Map<String, Object> settings(
      Map<TuningLayer, Map<String, Object>> layers, TuningLayer layer) {
    return layers.computeIfAbsent(layer, l -> new LinkedHashMap<>());
  }

  private static String at(Yaml file, String path) {
    return file.file() + ":" + file.lines().get(path);
  }

  private static void validate(Yaml yaml) {
    List<String> sections = new ArrayList<>(List.of("why", "extends"));
    for (TuningLayer layer : TuningLayer.values()) {
      sections.add(layer.label());
    }
    for (Map.Entry<String, Object> section : yaml.values().entrySet()) {
      String key = section.getKey();
      if (!sections.contains(key)) {
        throw BenchException.usage(
            at(yaml, key) + ": " + BenchException.unknown("key", key, sections).getMessage());
      }
      boolean text = key.equals("why") || key.equals("extends");
      if (text != (section.getValue() instanceof String)) {
        throw BenchException.usage(
            "%s: key '%s' needs %s".formatted(at(yaml, key), key, text ? "a text" : "a mapping"));
      }
      if (text) {
        continue;
      }
      TuningLayer layer = TuningLayer.of(key);
      for (Map.Entry<?, ?> entry : ((Map<?, ?>) section.getValue()).entrySet()) {
        String name = String.valueOf(entry.getKey());
        Object value = entry.getValue();
        String where = at(yaml, key + "." + name) + ": ";
        TuningKey known = layer.keys().get(name);
        if (known == null) {
          throw BenchException.usage(where + unknownKey(layer, name));
        }
        known
            .problem(value)
            .ifPresent(
                problem -> {
                  throw BenchException.usage(
                      "%s%s.%s is %s: %s".formatted(where, key, name, value, problem));
                });
      }
    }
    Object why = yaml.values().get("why");
    if (!(why instanceof String sentence) || sentence.isBlank()) {
      throw BenchException.usage(
          yaml.file() + ":1: key 'why' is missing: one sentence that says what this tuning is for");
    }
  }

  /** A long list of names helps nobody: only the nearest one of the layer. */
  private static String unknownKey(TuningLayer layer, String name) {
    String message =
        String.valueOf(
            BenchException.unknown("key", layer.label() + "." + name, layer.qualified())
                .getMessage());
    int list = message.indexOf(" (");
    return list > 0 && layer.keys().size() > 20 ? message.substring(0, list) : message;
  }

  private static void checkTimers(Map<String, Object> patroni, Map<String, String> origins) {
    long ttl = number(patroni, "ttl");
    long loopWait = number(patroni, "loop_wait");
    long retryTimeout = number(patroni, "retry_timeout");
    if (loopWait + 2 * retryTimeout > ttl) {
      String where =
          Stream.of("patroni.loop_wait", "patroni.retry_timeout", "patroni.ttl")
              .map(origins::get)
              .reduce((a, b) -> b)
              .orElse("");
      throw BenchException.usage(
          ("%s: loop_wait + 2 × retry_timeout = %d + 2 × %d = %d is more than ttl = %d:"
                  + " Patroni would lose its leader lock; raise ttl to %d or lower the others")
              .formatted(
                  where,
                  loopWait,
                  retryTimeout,
                  loopWait + 2 * retryTimeout,
                  ttl,
                  loopWait + 2 * retryTimeout));
    }
  }

  private static long number(Map<String, Object> map, String key) {
    return map.get(key) instanceof Number n ? n.longValue() : 0;
  }

  public String name() {
    return name;
  }

  /** One sentence: what the tuning is for. */
  public String why() {
    return why;
  }

  /** Patroni's dynamic configuration, by its own names. */
  public Map<String, Object> patroni() {
    return layer(TuningLayer.PATRONI);
  }

  /**
   * How long Patroni's leader keeps its key without renewing it; Patroni's default if not given.
   */
  public Duration ttl() {
    return patroniSeconds("ttl", 30);
  }

  /** How often Patroni looks; Patroni's default if not given. */
  public Duration loopWait() {
    return patroniSeconds("loop_wait", 10);
  }

  private Duration patroniSeconds(String key, long byDefault) {
    return Duration.ofSeconds(
        patroni().get(key) instanceof Number number ? number.longValue() : byDefault);
  }

  /** PostgreSQL's settings, by their own names. */
  public Map<String, Object> postgres() {
    return layer(TuningLayer.POSTGRES);
  }

  /** Citus' settings without the prefix {@code citus.}. */
  public Map<String, Object> citus() {
    return layer(TuningLayer.CITUS);
  }

  /** HAProxy's settings, words joined by underscores. */
  public Map<String, Object> haproxy() {
    return layer(TuningLayer.HAPROXY);
  }

  /** HikariCP's properties. */
  public Map<String, Object> pool() {
    return layer(TuningLayer.POOL);
  }

  /** Connection properties of the PostgreSQL JDBC driver. */
  public Map<String, Object> driver() {
    return layer(TuningLayer.DRIVER);
  }

  /** How tables are made. */
  public Map<String, Object> tables() {
    return layer(TuningLayer.TABLES);
  }

  /** The settings of one layer, resolved. */
  public Map<String, Object> layer(TuningLayer layer) {
    return Collections.unmodifiableMap(layers.getOrDefault(layer, Map.of()));
  }

  /** All layers by name, for records of a run. */
  public Map<String, Map<String, Object>> asMap() {
    Map<String, Map<String, Object>> map = new LinkedHashMap<>();
    layers.forEach((layer, values) -> map.put(layer.label(), Collections.unmodifiableMap(values)));
    return map;
  }

  @Override
  public String toString() {
    return name;
  }
}
