package dev.citusbench.results;

import dev.citusbench.results.Comparison.Difference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * What differs between the {@code settings/} of runs, setting by setting. PostgreSQL's settings are
 * compared by group, as the set of values that its members have: a failover changes which member
 * has which, not which there are. What each cluster has of its own, and no tuning can set, is left
 * out and named.
 */
final class SettingsComparison {
  /**
   * PostgreSQL's settings that are given by the suite, by Patroni, or by the role of the moment. A
   * list of synchronous standbys that is nothing but Patroni's choice is left out too.
   */
  static final Set<String> OF_THE_MEMBER =
      new TreeSet<>(
          Set.of(
              "cluster_name",
              "config_file",
              "data_directory",
              "hba_file",
              "ident_file",
              "in_hot_standby",
              "port",
              "primary_conninfo",
              "primary_slot_name",
              "transaction_read_only"));

  private static final String SYNCHRONOUS = "synchronous_standby_names";
  private static final Pattern POSTGRES = Pattern.compile("postgres-((.+)-[^-]+)\\.json");
  private static final Pattern PORT = Pattern.compile("(\\d+\\.\\d+\\.\\d+\\.\\d+:|\\bport )\\d+");
  private static final Pattern ONE_OR_ALL = Pattern.compile("|\\*|\"?[A-Za-z0-9_-]+\"?");
  private static final int MOST_LINES = 4;
  private static final int WIDEST = 100;

  private final List<Read> runs;

  private SettingsComparison(List<Read> runs) {
    this.runs = runs;
  }

  /**
   * The differences.
   *
   * @param leftOut names of what differs and is not among them
   */
  record Result(List<Difference> differences, Set<String> leftOut) {}

  /**
   * The settings of one run.
   *
   * @param files each file's settings by name; a file that is no JSON object is one text, whose
   *     name is empty
   * @param own what is the cluster's own, by name
   */
  private record Read(Map<String, Map<String, String>> files, Map<String, String> own) {
    Map<String, String> file(String name) {
      return files.getOrDefault(name, Map.of());
    }
  }

  static Result of(List<Run> runs) {
    List<Read> read = runs.stream().map(SettingsComparison::read).toList();
    Set<String> leftOut = new TreeSet<>();
    read.forEach(each -> leftOut.addAll(each.own().keySet()));
    leftOut.removeIf(
        name ->
            read.stream().map(each -> each.own().getOrDefault(name, "")).distinct().count() < 2);
    return new Result(new SettingsComparison(read).differences(), leftOut);
  }

  /** Differences that are the same in several files are one, with the names of all. */
  private List<Difference> differences() {
    Set<String> files = new TreeSet<>();
    runs.forEach(each -> files.addAll(each.files().keySet()));
    List<Difference> differences = new ArrayList<>();
    Map<List<String>, Set<String>> filesOf = new LinkedHashMap<>();
    for (String file : files) {
      if (runs.stream().anyMatch(each -> !each.files().containsKey(file))) {
        differences.add(
            new Difference(
                "settings/" + file,
                runs.stream()
                    .map(each -> each.files().containsKey(file) ? "there" : "not there")
                    .toList()));
        continue;
      }
      Set<String> names = new TreeSet<>();
      runs.forEach(each -> names.addAll(each.file(file).keySet()));
      for (String name : names) {
        List<String> values =
            runs.stream().map(each -> each.file(file).getOrDefault(name, "not set")).toList();
        if (new HashSet<>(values).size() > 1) {
          List<String> key = new ArrayList<>(List.of(name));
          key.addAll(values);
          filesOf.computeIfAbsent(key, k -> new TreeSet<>()).add(file);
        }
      }
    }
    filesOf.forEach(
        (key, of) ->
            differences.add(
                new Difference(
                    (key.get(0).isEmpty() ? "" : key.get(0) + " in ")
                        + "settings/"
                        + String.join(", ", of),
                    shown(key.get(0), key.subList(1, key.size())))));
    differences.sort(Comparator.comparing(Difference::what));
    return differences;
  }

  /** Of a text, which has no name, each run's lines that not all of them have. */
  private static List<String> shown(String name, List<String> values) {
    if (!name.isEmpty()) {
      List<String> shortened = values.stream().map(SettingsComparison::shortened).toList();
      // Values that differ only far behind are shown whole.
      return new HashSet<>(shortened).size() == new HashSet<>(values).size() ? shortened : values;
    }
    List<List<String>> lines = values.stream().map(SettingsComparison::numbered).toList();
    Set<String> common = new HashSet<>(lines.get(0));
    lines.forEach(common::retainAll);
    return lines.stream()
        .map(
            each -> {
              List<String> own =
                  each.stream()
                      .filter(line -> !common.contains(line))
                      .map(line -> shortened(line.substring(line.indexOf('\t') + 1)))
                      .toList();
              String first = own.stream().limit(MOST_LINES).collect(Collectors.joining(" | "));
              int more = own.size() - MOST_LINES;
              return own.isEmpty()
                  ? "no line of its own"
                  : first + (more > 0 ? " | … and " + more + " more" : "");
            })
        .toList();
  }

  /** Lines that occur again are told from the first by a number before a tab. */
  private static List<String> numbered(String text) {
    Map<String, Integer> seen = new TreeMap<>();
    return text.lines()
        .map(String::strip)
        .map(line -> seen.merge(line, 1, Integer::sum) + "\t" + line)
        .toList();
  }

  private static String shortened(String text) {
    return text.length() <= WIDEST ? text : text.substring(0, WIDEST - 1) + "…";
  }

  private static Read read(Run run) {
    Read read = new Read(new TreeMap<>(), new TreeMap<>());
    Map<String, Map<String, Set<String>>> groups = new TreeMap<>();
    texts(run.dir().resolve("settings"))
        .forEach(
            (name, text) -> {
              Map<String, Object> object = name.endsWith(".json") ? object(text) : null;
              Matcher member = POSTGRES.matcher(name);
              if (object == null) {
                read.own()
                    .put(
                        "ports in " + name,
                        PORT.matcher(text).results().map(MatchResult::group).toList().toString());
                read.files().put(name, Map.of("", PORT.matcher(text).replaceAll("$1…")));
              } else if (member.matches()) {
                postgres(
                    member.group(1),
                    object,
                    groups.computeIfAbsent("postgres-" + member.group(2), k -> new TreeMap<>()),
                    read.own());
              } else {
                Map<String, String> settings = new TreeMap<>();
                flatten("", object, settings);
                read.files().put(name, settings);
              }
            });
    groups.forEach(
        (group, settings) -> {
          Map<String, String> joined = new TreeMap<>();
          settings.forEach((name, values) -> joined.put(name, String.join(" / ", values)));
          read.files().put(group, joined);
        });
    return read;
  }

  private static void postgres(
      String member,
      Map<String, Object> settings,
      Map<String, Set<String>> group,
      Map<String, String> own) {
    settings.forEach(
        (name, row) -> {
          String value =
              row instanceof Map<?, ?> map ? String.valueOf(map.get("value")) : String.valueOf(row);
          boolean chosenByPatroni = name.equals(SYNCHRONOUS) && ONE_OR_ALL.matcher(value).matches();
          if (OF_THE_MEMBER.contains(name) || chosenByPatroni) {
            own.merge(name, member + "=" + value, (a, b) -> a + ", " + b);
          } else {
            group.computeIfAbsent(name, k -> new TreeSet<>()).add(value);
          }
        });
  }

  /** Names of nested settings are joined by dots; a list is one value. */
  private static void flatten(String prefix, Map<?, ?> object, Map<String, String> into) {
    object.forEach(
        (name, value) -> {
          if (value instanceof Map<?, ?> nested) {
            flatten(prefix + name + ".", nested, into);
          } else {
            into.put(
                prefix + name,
                value instanceof List<?> list
                    ? list.stream().map(String::valueOf).collect(Collectors.joining(" "))
                    : String.valueOf(value));
          }
        });
  }

  private static @Nullable Map<String, Object> object(String text) {
    try {
      return Json.object(text);
    } catch (JacksonException e) {
      return null; // compared as text
    }
  }

  private static Map<String, String> texts(Path dir) {
    if (!Files.isDirectory(dir)) {
      return Map.of();
    }
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> found = Files.walk(dir)) {
      for (Path file : found.filter(Files::isRegularFile).toList()) {
        files.put(
            dir.relativize(file).toString(),
            new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + dir, e);
    }
    return files;
  }
}
