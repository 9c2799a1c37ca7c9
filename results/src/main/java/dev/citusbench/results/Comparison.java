package dev.citusbench.results;

import dev.citusbench.results.Manifest.OperationResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The figures of two or more runs side by side: the first is the base, each other is set against
 * it. This is a plain comparison of single runs, and says so: it has no statistics, and gives no
 * verdict.
 */
public final class Comparison {
  /** What every form of the comparison says about itself. */
  static final String NO_STATISTICS =
      "Single runs carry no statistics: a ratio here may be noise. Repeated, interleaved rounds"
          + " would tell.";

  private final List<Run> runs;
  private final List<Difference> differences;
  private final @Nullable String leftOut;
  private final List<Row> rows;

  /**
   * Which figures are set side by side.
   *
   * @param fault which fault the phase is about, by kind and target, so that the same fault is
   *     found in runs that had others too; empty for phases that are about none
   * @param variant what was varied beyond operation and route; empty where nothing was
   * @param nth counts rows that are alike in all else
   */
  public record Key(
      Source source,
      String route,
      String fault,
      Phase phase,
      Outcome outcome,
      TimePart time,
      String operation,
      String variant,
      int nth) {}

  /** The figures of one run, as they are; with a low count a percentile is not to be shown. */
  public record Figures(long count, long p50Nanos, long p99Nanos, double perSecond) {}

  /**
   * One line: the base and one candidate.
   *
   * @param base null where the base has no such row; so is {@code candidate}
   * @param p50Ratio candidate by base; null where either is missing, has too few samples for this
   *     {@link Percentile}, or the base is 0
   */
  public record Row(
      Key key,
      String candidateId,
      @Nullable Figures base,
      @Nullable Figures candidate,
      @Nullable Double p50Ratio,
      @Nullable Double p99Ratio,
      @Nullable Double perSecondRatio) {}

  /** Something that is not the same in all runs: its value in each, base first. */
  public record Difference(String what, List<String> values) {}

  private Comparison(
      List<Run> runs, List<Difference> differences, @Nullable String leftOut, List<Row> rows) {
    this.runs = runs;
    this.differences = differences;
    this.leftOut = leftOut;
    this.rows = rows;
  }

  /**
   * Compares runs, the base first.
   *
   * @throws BenchException of kind invalid run where one is invalid and that is not allowed, of
   *     kind usage where there are fewer than two, or no two rows to set side by side
   */
  public static Comparison of(List<Run> runs, boolean allowInvalid) {
    if (runs.size() < 2) {
      throw BenchException.usage("a comparison takes two runs or more: BASE CANDIDATE…");
    }
    for (Run run : runs) {
      if (!run.manifest().valid() && !allowInvalid) {
        throw new BenchException(
            BenchException.Kind.INVALID_RUN,
            "run %s is invalid: %s; to compare it all the same, give --allow-invalid"
                .formatted(run.id(), String.join("; ", run.manifest().invalidReasons())));
      }
    }
    List<Row> rows = new ArrayList<>();
    Map<Key, Figures> base = figures(runs.get(0));
    for (Run candidate : runs.subList(1, runs.size())) {
      rows.addAll(rows(base, candidate));
    }
    if (rows.stream().noneMatch(row -> row.base() != null && row.candidate() != null)) {
      throw BenchException.usage(
          "nothing to compare: no operation was measured alike in "
              + runs.stream().map(Run::id).collect(Collectors.joining(" and ")));
    }
    SettingsComparison.Result settings = SettingsComparison.of(runs);
    List<Difference> differences = differences(runs);
    differences.addAll(settings.differences());
    return new Comparison(List.copyOf(runs), differences, leftOut(settings.leftOut()), rows);
  }

  private static Map<Key, Figures> figures(Run run) {
    Map<Key, Figures> figures = new LinkedHashMap<>();
    for (OperationResult row : run.manifest().operations()) {
      int nth = 1;
      Integer fault = row.fault();
      String name = fault == null ? "" : run.manifest().faultName(fault);
      while (figures.containsKey(key(row, name, nth))) {
        nth++;
      }
      figures.put(
          key(row, name, nth),
          new Figures(row.count(), row.p50Nanos(), row.p99Nanos(), row.perSecond()));
    }
    return figures;
  }

  private static Key key(OperationResult row, String fault, int nth) {
    return new Key(
        row.source(),
        row.route(),
        fault,
        row.phase(),
        row.outcome(),
        row.time(),
        row.name(),
        Objects.requireNonNullElse(row.variant(), ""),
        nth);
  }

  private static List<Row> rows(Map<Key, Figures> base, Run candidate) {
    Map<Key, Figures> other = figures(candidate);
    Set<Key> keys = new TreeSet<>(ORDER);
    keys.addAll(base.keySet());
    keys.addAll(other.keySet());
    List<Row> rows = new ArrayList<>();
    for (Key key : keys) {
      Figures a = base.get(key);
      Figures b = other.get(key);
      rows.add(
          new Row(
              key,
              candidate.id(),
              a,
              b,
              bothShow(Percentile.P50, a, b) ? ratio(a, b, Figures::p50Nanos) : null,
              bothShow(Percentile.P99, a, b) ? ratio(a, b, Figures::p99Nanos) : null,
              ratio(a, b, Figures::perSecond)));
    }
    return rows;
  }

  private static final Comparator<Key> ORDER =
      Comparator.comparing(Key::source)
          .thenComparing(Key::route)
          .thenComparing(Key::fault)
          .thenComparing(Key::phase)
          .thenComparing(Key::outcome)
          .thenComparing(Key::time)
          .thenComparing(Key::operation)
          .thenComparing(Key::variant)
          .thenComparing(Key::nth);

  private static boolean bothShow(
      Percentile percentile, @Nullable Figures base, @Nullable Figures candidate) {
    return base != null
        && candidate != null
        && percentile.standsOn(base.count())
        && percentile.standsOn(candidate.count());
  }

  private static @Nullable Double ratio(
      @Nullable Figures base, @Nullable Figures candidate, Function<Figures, Number> figure) {
    if (base == null || candidate == null || figure.apply(base).doubleValue() == 0) {
      return null;
    }
    return figure.apply(candidate).doubleValue() / figure.apply(base).doubleValue();
  }

  private static List<Difference> differences(List<Run> runs) {
    Map<String, Function<Manifest, Object>> facts = new LinkedHashMap<>();
    facts.put("valid", m -> m.valid() ? "yes" : "NO: " + String.join("; ", m.invalidReasons()));
    facts.put("tuning", Manifest::tuning);
    facts.put("engine", m -> m.engine().name());
    facts.put("engine version", m -> m.engine().version());
    facts.put("runtime", Manifest::runtime);
    facts.put("scale", m -> m.dataset().scale());
    facts.put(
        "rows",
        m ->
            new TreeMap<>(m.dataset().rows())
                .entrySet().stream()
                    .map(table -> table.getKey() + " " + Units.number(table.getValue()))
                    .collect(Collectors.joining(", ")));
    facts.put("seed", Manifest::seed);
    facts.put("workers", m -> m.topology().workers());
    facts.put("members per group", m -> known(m.topology().membersPerGroup()));
    facts.put("etcd members", m -> known(m.topology().etcd()));
    facts.put("processor", m -> m.machine().cpu());
    facts.put("cores", m -> m.machine().cores());
    facts.put("memory", m -> Units.bytes(m.machine().memoryBytes()));
    facts.put("kernel", m -> m.machine().kernel());
    facts.put("PostgreSQL", m -> m.versions().postgresql());
    facts.put("Patroni", m -> m.versions().patroni());
    facts.put("etcd", m -> m.versions().etcd());
    facts.put("HAProxy", m -> m.versions().haproxy());
    facts.put("Java", m -> m.versions().java());
    facts.put("citus-ha-bench", m -> m.versions().suite());
    List<Difference> differences = new ArrayList<>();
    facts.forEach(
        (what, fact) -> {
          List<String> values =
              runs.stream().map(run -> String.valueOf(fact.apply(run.manifest()))).toList();
          if (new HashSet<>(values).size() > 1) {
            differences.add(new Difference(what, values));
          }
        });
    return differences;
  }

  private static Object known(@Nullable Integer number) {
    return number == null ? "unknown" : number;
  }

  /** Says what is left out of the differences; null where nothing is. */
  private static @Nullable String leftOut(Set<String> names) {
    return names.isEmpty()
        ? null
        : "Not listed, because each cluster has its own and no tuning sets it: "
            + String.join(", ", names)
            + ".";
  }

  /** The base and the candidates, in the order given. */
  public List<Run> runs() {
    return runs;
  }

  public List<Difference> differences() {
    return differences;
  }

  public List<Row> rows() {
    return rows;
  }

  /** Tables of 80 columns: response times of loads, and costs of JMH; the rest is in the others. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < runs.size(); i++) {
      text.append(i == 0 ? "base       " : "candidate  ").append(runs.get(i).id()).append('\n');
    }
    text.append('\n')
        .append(RunText.wrapped("", NO_STATISTICS + " " + Percentile.RULE))
        .append('\n');
    text.append(differences.isEmpty() ? "Nothing but the figures differs.\n" : "What differs:\n");
    for (Difference difference : differences) {
      text.append(
          RunText.wrapped(
              "  ", difference.what() + ": " + String.join("  →  ", difference.values())));
    }
    if (leftOut != null) {
      text.append(RunText.wrapped("", leftOut));
    }
    for (Run candidate : runs.subList(1, runs.size())) {
      if (runs.size() > 2) {
        text.append("\n== ").append(candidate.id()).append(" ==\n");
      }
      tables(candidate, text);
    }
    return text.toString();
  }

  private void tables(Run candidate, StringBuilder text) {
    Map<String, TextTable> tables = new LinkedHashMap<>();
    for (Row row : rows) {
      Key key = row.key();
      boolean shown = key.source() == Source.JMH || key.time() == TimePart.RESPONSE;
      if (!shown || !row.candidateId().equals(candidate.id())) {
        continue;
      }
      TextTable table =
          tables.computeIfAbsent(
              title(key),
              title ->
                  TextTable.of("lrrrrrrr")
                      .row(
                          "", "p50 base", "cand.", "ratio", "p99 base", "cand.", "ratio", "per s"));
      Figures a = row.base();
      Figures b = row.candidate();
      table.row(
          key.operation(),
          a == null ? "–" : Percentile.P50.shown(a.p50Nanos(), a.count()),
          b == null ? "–" : Percentile.P50.shown(b.p50Nanos(), b.count()),
          times(row.p50Ratio()),
          a == null ? "–" : Percentile.P99.shown(a.p99Nanos(), a.count()),
          b == null ? "–" : Percentile.P99.shown(b.p99Nanos(), b.count()),
          times(row.p99Ratio()),
          times(row.perSecondRatio()));
    }
    tables.forEach(
        (title, table) -> text.append('\n').append(RunText.wrapped("", title)).append(table));
  }

  private static String title(Key key) {
    String tool =
        switch (key.source()) {
          case JMH -> "JMH (closed loop: cost, not latency)";
          case GATLING -> "Gatling, response, phase " + key.phase();
        };
    return tool
        + (key.variant().isEmpty() ? "" : ", " + key.variant())
        + (key.fault().isEmpty() ? "" : ", " + key.fault())
        + ", route "
        + key.route()
        + (key.outcome() == Outcome.FAILED ? ", failed requests" : "");
  }

  private static String times(@Nullable Double ratio) {
    return ratio == null ? "–" : Units.times(ratio);
  }

  /** What {@code compare --format json} prints, and what the page shows. */
  private record Document(
      String note,
      List<String> runs,
      List<Difference> differences,
      @Nullable String leftOut,
      List<Row> rows) {}

  private Document document() {
    return new Document(
        NO_STATISTICS + " " + Percentile.RULE,
        runs.stream().map(Run::id).toList(),
        differences,
        leftOut,
        rows);
  }

  /** One JSON document with all rows. */
  public String json() {
    return Json.document(document());
  }

  /** All rows as CSV after RFC 4180, with a header. */
  public String csv() {
    StringBuilder text =
        new StringBuilder(
            "base,candidate,operation,variant,source,route,time,outcome,phase,fault,"
                + "baseCount,candidateCount,baseP50Nanos,candidateP50Nanos,p50Ratio,"
                + "baseP99Nanos,candidateP99Nanos,p99Ratio,"
                + "basePerSecond,candidatePerSecond,perSecondRatio\r\n");
    for (Row row : rows) {
      Key key = row.key();
      @Nullable Figures a = row.base();
      @Nullable Figures b = row.candidate();
      List<@Nullable Object> cells =
          Arrays.asList(
              runs.get(0).id(),
              row.candidateId(),
              key.operation(),
              key.variant(),
              key.source(),
              key.route(),
              key.time(),
              key.outcome(),
              key.phase(),
              key.fault(),
              a == null ? null : a.count(),
              b == null ? null : b.count(),
              a == null ? null : a.p50Nanos(),
              b == null ? null : b.p50Nanos(),
              row.p50Ratio(),
              a == null ? null : a.p99Nanos(),
              b == null ? null : b.p99Nanos(),
              row.p99Ratio(),
              a == null ? null : a.perSecond(),
              b == null ? null : b.perSecond(),
              row.perSecondRatio());
      text.append(cells.stream().map(Comparison::cell).collect(Collectors.joining(",")))
          .append("\r\n");
    }
    return text.toString();
  }

  private static String cell(@Nullable Object value) {
    if (value == null) {
      return "";
    }
    String text =
        value instanceof Double number
            ? String.format(Locale.ROOT, "%.6g", number)
            : value.toString();
    return text.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
        ? '"' + text.replace("\"", "\"\"") + '"'
        : text;
  }

  /** One page that needs no network. */
  public String html() {
    return Report.fill(
        "comparison.html",
        Map.of(
            "style", Report.resource("report.css"),
            "script", Report.resource("comparison.js"),
            "data", Report.data(document())));
  }
}
