package dev.citusbench.results;

import dev.citusbench.results.Answers.Answer;
import dev.citusbench.results.Manifest.FaultResult;
import dev.citusbench.results.Manifest.OperationResult;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.commons.text.WordUtils;

/**
 * Runs as text of 80 columns, and as JSON: what {@code bench list} and {@code bench show} print.
 */
public final class RunText {
  static final int WIDTH = 80;

  static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);
  private static final Pattern UNIT = Pattern.compile("(?<=[0-9]) (ns|µs|ms|s|rows/s|%)(?![a-z])");
  private static final String BAD = "\u001b[1;31m";
  private static final String BOLD = "\u001b[1m";
  private static final String PLAIN = "\u001b[0m";

  private final boolean colour;

  private RunText(boolean colour) {
    this.colour = colour;
  }

  /** Text without colour. */
  public static RunText plain() {
    return new RunText(false);
  }

  /** Text with colour, for terminals that want it. */
  public static RunText coloured() {
    return new RunText(true);
  }

  /** One line a run, in the order given. */
  public String list(List<Run> runs) {
    if (runs.isEmpty()) {
      return "no runs yet: `./bench run --quick` makes one\n";
    }
    TextTable table = TextTable.of("llrrr");
    table.row("run", "valid", "lasted", "operations", "faults");
    for (Run run : runs) {
      Manifest manifest = run.manifest();
      table.row(
          run.id(),
          manifest.valid() ? "yes" : "NO",
          Units.seconds(manifest.durationSeconds()),
          Units.number(
              manifest.operations().stream().map(OperationResult::name).distinct().count()),
          Units.number((long) manifest.faults().size()));
    }
    return table.toString();
  }

  /** What {@code bench list --json} says of one run. */
  private record Listed(
      String id,
      String folder,
      RunKind what,
      boolean valid,
      List<String> invalidReasons,
      Instant startedAt,
      double durationSeconds,
      Manifest.EngineVersion engine,
      String tuning) {}

  /** One JSON document: an array, one object a run. */
  public String listJson(List<Run> runs) {
    return Json.document(
        runs.stream()
            .map(
                run ->
                    new Listed(
                        run.id(),
                        run.dir().toString(),
                        run.manifest().what(),
                        run.manifest().valid(),
                        run.manifest().invalidReasons(),
                        run.manifest().startedAt(),
                        run.manifest().durationSeconds(),
                        run.manifest().engine(),
                        run.manifest().tuning()))
            .toList());
  }

  /** One JSON document: the manifest. */
  public String showJson(Run run) {
    return Json.document(run.manifest());
  }

  /**
   * Everything of a run that fits into text; an invalid run says so first of all, and each run says
   * it last, with where its report is.
   */
  public String show(Run run) {
    Manifest manifest = run.manifest();
    StringBuilder text = new StringBuilder();
    if (!manifest.valid()) {
      text.append(invalid(manifest)).append('\n');
    }
    text.append(in(BOLD, run.id())).append('\n');
    text.append(
        wrapped(
            "",
            "%s%s of %s, lasted %s, runtime %s, tuning %s, scale %s"
                .formatted(
                    manifest.valid() ? "valid " : "",
                    manifest.what(),
                    TIME.format(manifest.startedAt()),
                    Units.seconds(manifest.durationSeconds()),
                    manifest.runtime(),
                    manifest.tuning(),
                    Units.number(manifest.dataset().scale()))));
    text.append(wrapped("", Answers.engine(manifest)));
    List<Answer> answers = Answers.of(manifest);
    if (!answers.isEmpty()) {
      text.append('\n');
      answers.forEach(
          answer -> text.append(wrapped("* ", answer.topic() + ": " + answer.sentence())));
    }
    if (!manifest.operations().isEmpty()) {
      text.append('\n').append(wrapped("", Percentile.RULE));
    }
    cost(manifest, text);
    fanOut(manifest, text);
    inserts(manifest, text);
    insertScaling(manifest, text);
    load(manifest, text);
    faults(manifest, text);
    endurance(manifest, text);
    processor(manifest, text);
    generators(manifest, text);
    return text.append('\n').append(verdict(run)).toString();
  }

  /** What is to be known after a long text: whether the run is valid, and where it is. */
  private String verdict(Run run) {
    Manifest manifest = run.manifest();
    Path report = run.dir().resolve(Run.REPORT).toAbsolutePath();
    return (manifest.valid() ? in(BOLD, "valid run") + "\n" : invalid(manifest))
        + "run: "
        + run.id()
        + "\nreport: "
        + report
        + "\nopen it in a browser: "
        + report.toUri()
        + "\n";
  }

  private String invalid(Manifest manifest) {
    StringBuilder text = new StringBuilder();
    text.append(in(BAD, "INVALID RUN: do not use its figures")).append('\n');
    manifest.invalidReasons().forEach(reason -> text.append(wrapped("  - ", reason)));
    return text.toString();
  }

  private void processor(Manifest manifest, StringBuilder text) {
    if (manifest.processor().isEmpty()) {
      return;
    }
    heading(text, "Processor use", "Shares of all cores.");
    for (Manifest.ProcessorShare share : manifest.processor()) {
      text.append(
          wrapped(
              "",
              "%s, %s: suite %s %%, whole machine %s %%"
                  .formatted(
                      share.part(),
                      Units.seconds(share.seconds()),
                      Math.round(100 * share.suite()),
                      Math.round(100 * share.machine()))));
    }
  }

  private void generators(Manifest manifest, StringBuilder text) {
    if (manifest.generators().isEmpty()) {
      return;
    }
    heading(
        text,
        "The load generator",
        "In the steady phase of each part and, apart from it, while faults were measured; what was"
            + " outstanding is of its whole load. Lag: from when a request was due to when it was"
            + " sent.");
    for (Manifest.Generator generator : manifest.generators()) {
      text.append(
          wrapped(
              "",
              "%s: %s arrivals%s, %s of %s requests/s (%s), lag p50 %s, p99 %s, max %s; longest pause %s; %s, longest %s ms; %s %% of all cores%s"
                  .formatted(
                      generator.part()
                          + switch (generator.span()) {
                            case STEADY -> "";
                            case FAULTS -> ", faults";
                          },
                      generator.arrivals(),
                      generator.realTime() ? " handed over in real time" : "",
                      Units.number(generator.achievedPerSecond()),
                      Units.number(generator.askedPerSecond()),
                      Units.smallPercent(generator.rateError()),
                      Units.nanos(generator.lagP50Nanos()),
                      Units.nanos(generator.lagP99Nanos()),
                      Units.nanos(generator.lagMaxNanos()),
                      Units.nanos(generator.hiccupMaxNanos()),
                      Units.counted(generator.collections(), "garbage collection"),
                      generator.longestCollectionMillis(),
                      Math.round(100 * generator.processorShare()),
                      switch (generator.span()) {
                        case STEADY ->
                            "; in the whole load at most %s of %s outstanding"
                                .formatted(
                                    Units.number((long) generator.mostOutstanding()),
                                    Units.number((long) generator.outstandingBound()));
                        case FAULTS -> "";
                      })));
    }
  }

  private void heading(StringBuilder text, String title, String note) {
    text.append('\n').append(in(BOLD, title)).append('\n').append(wrapped("", note));
  }

  private void cost(Manifest manifest, StringBuilder text) {
    Map<String, List<OperationResult>> byRoute =
        manifest.operations().stream()
            .filter(row -> row.source() == Source.JMH)
            .collect(
                Collectors.groupingBy(
                    OperationResult::route, LinkedHashMap::new, Collectors.toList()));
    if (byRoute.isEmpty()) {
      return;
    }
    heading(
        text,
        "Cost per operation (JMH)",
        "JMH is closed-loop: this is what one operation costs after the other, not the latency"
            + " under load. The floor is `select 1` by the same route, protocol and number of"
            + " threads; above is what the median is beyond it.");
    byRoute.forEach(
        (route, rows) -> {
          TextTable table = TextTable.of("llrrrrr");
          table.row("route " + route, "plan", "samples", "p50", "above", "p99", "per s");
          rows.stream()
              .filter(row -> row.variant() == null)
              .sorted(
                  Comparator.comparing((OperationResult row) -> !isFloor(row))
                      .thenComparing(OperationResult::p50Nanos))
              .forEach(
                  row ->
                      table.row(
                          label(row),
                          row.planClass().label(),
                          Units.number(row.count()),
                          Percentile.P50.shown(row.p50Nanos(), row.count()),
                          aboveFloor(row),
                          Percentile.P99.shown(row.p99Nanos(), row.count()),
                          Units.number(row.perSecond())));
          text.append('\n').append(table);
          varied(route, rows, text);
        });
  }

  /** What was measured in several ways, each way beside the others of its operation. */
  private static void varied(String route, List<OperationResult> rows, StringBuilder text) {
    Map<String, TextTable> tables = new TreeMap<>();
    for (OperationResult row : rows) {
      String variant = row.variant();
      if (variant != null) {
        tables
            .computeIfAbsent(
                row.name(),
                name ->
                    TextTable.of("lrrr")
                        .row("route " + route + ", " + name, "p50", "above", "per s"))
            .row(
                variant,
                Percentile.P50.shown(row.p50Nanos(), row.count()),
                aboveFloor(row),
                row.rowsPerSecond() == null
                    ? Units.number(row.perSecond())
                    : Units.number(Math.rint(rowsPerSecond(row))) + " rows");
      }
    }
    tables.values().forEach(table -> text.append('\n').append(table));
  }

  private static boolean isFloor(OperationResult row) {
    return row.name().equals("floor") && row.floorNanos() == null;
  }

  private static String aboveFloor(OperationResult row) {
    Long floor = row.floorNanos();
    if (floor == null) {
      return isFloor(row) ? "floor" : "no floor";
    }
    long above = row.p50Nanos() - floor;
    return Percentile.P50.standsOn(row.count()) ? (above < 0 ? "" : "+") + Units.nanos(above) : "–";
  }

  private static String label(OperationResult row) {
    return switch (row.outcome()) {
      case OK -> row.label();
      case FAILED -> row.label() + " (failed)";
    };
  }

  private void inserts(Manifest manifest, StringBuilder text) {
    List<OperationResult> rows =
        manifest.operations().stream()
            .filter(row -> row.rowsPerSecond() != null && row.outcome() == Outcome.OK)
            .filter(row -> row.variant() == null)
            .sorted(Comparator.comparingDouble(RunText::rowsPerSecond).reversed())
            .toList();
    if (rows.isEmpty()) {
      return;
    }
    heading(
        text,
        "Insert throughput",
        "Rows a second by path: rates, which have no distance to the floor. One operation's is among"
            + " the costs, and so is what was varied.");
    TextTable table = TextTable.of("lllrrr");
    table.row("operation", "measured by", "route", "rows/s", "operations/s", "rows each");
    for (OperationResult row : rows) {
      table.row(
          row.name(),
          Answers.label(row.source()),
          row.route(),
          Units.number(Math.rint(rowsPerSecond(row))),
          Units.number(row.perSecond()),
          Units.number(Answers.rowsEach(row)));
    }
    text.append('\n').append(table);
  }

  private void fanOut(Manifest manifest, StringBuilder text) {
    List<FanOutModel> models = FanOutModel.of(manifest);
    if (!models.isEmpty()) {
      heading(text, "What a fan-out costs (JMH)", FanOutText.NOTE);
      models.forEach(model -> text.append('\n').append(FanOutText.of(model)));
    }
    List<PoolChoice> choices = PoolChoice.of(manifest);
    if (!choices.isEmpty()) {
      heading(text, "Which citus.max_adaptive_executor_pool_size (JMH)", FanOutText.POOL_NOTE);
      choices.forEach(choice -> text.append(FanOutText.of(choice)));
    }
  }

  private void insertScaling(Manifest manifest, StringBuilder text) {
    List<InsertScaling> paths = InsertScaling.of(manifest);
    if (!paths.isEmpty()) {
      heading(text, "Insert throughput over clients (JMH)", InsertScalingText.NOTE);
      paths.forEach(path -> text.append('\n').append(InsertScalingText.of(path)));
    }
  }

  private static double rowsPerSecond(OperationResult row) {
    return Objects.requireNonNullElse(row.rowsPerSecond(), 0.0);
  }

  private void load(Manifest manifest, StringBuilder text) {
    List<OperationResult> responses =
        manifest.operations().stream()
            .filter(row -> row.source() == Source.GATLING && row.time() == TimePart.RESPONSE)
            .toList();
    if (responses.isEmpty()) {
      return;
    }
    heading(
        text,
        "Under an arriving load (Gatling)",
        "Response time from the due time. Its parts (lag, queue, pool, service) are in the report"
            + " and in run.json. Around a fault, a request belongs to the phase in which it was"
            + " due.");
    phases(responses.stream().filter(row -> row.fault() == null).toList(), text);
    Map<Integer, List<OperationResult>> byFault = new TreeMap<>();
    for (OperationResult row : responses) {
      if (row.fault() != null) {
        byFault.computeIfAbsent(row.fault(), fault -> new ArrayList<>()).add(row);
      }
    }
    byFault.forEach(
        (fault, rows) -> {
          text.append('\n').append(in(BOLD, manifest.faultName(fault))).append('\n');
          phases(rows, text);
        });
  }

  private static void phases(List<OperationResult> responses, StringBuilder text) {
    for (Phase phase : new TreeSet<>(responses.stream().map(OperationResult::phase).toList())) {
      for (Outcome outcome : Outcome.values()) {
        List<OperationResult> rows =
            responses.stream()
                .filter(row -> row.phase() == phase && row.outcome() == outcome)
                .sorted(
                    Comparator.comparing(OperationResult::planClass)
                        .thenComparing(OperationResult::name))
                .toList();
        if (!rows.isEmpty()) {
          text.append('\n').append(responses(phase, outcome, rows));
        }
      }
    }
  }

  private static TextTable responses(Phase phase, Outcome outcome, List<OperationResult> rows) {
    String title =
        switch (outcome) {
          case OK -> "phase " + phase;
          case FAILED -> phase + ": FAILED";
        };
    TextTable table = TextTable.of("llrrrrrr");
    table.row(title, "route", "requests", "per s", "p50", "p99", "p99.9", "max");
    for (OperationResult row : rows) {
      table.row(
          row.name(),
          row.route(),
          Units.number(row.count()),
          Units.number(row.perSecond()),
          Percentile.P50.shown(row.p50Nanos(), row.count()),
          Percentile.P99.shown(row.p99Nanos(), row.count()),
          Percentile.P999.shown(row.p999Nanos(), row.count()),
          Units.nanos(row.maxNanos()));
    }
    return table;
  }

  private void faults(Manifest manifest, StringBuilder text) {
    if (manifest.faults().isEmpty()) {
      return;
    }
    heading(text, "Faults", FaultText.NOTE);
    for (FaultResult fault : manifest.faults()) {
      text.append('\n')
          .append(
              wrapped(
                  "",
                  "%s (%s) at %s"
                      .formatted(fault.name(), fault.member(), TIME.format(fault.openedAt()))));
      text.append(FaultText.outages(fault));
      text.append(WaterfallText.of(fault));
      String against = Answers.againstSettings(fault);
      if (!against.isEmpty()) {
        text.append(wrapped("", against));
      }
      Manifest.Writes writes = fault.writes();
      text.append(
          wrapped(
              "",
              "writes: %s acknowledged, %s lost, %s ghost, %s unknown; %s in-doubt transactions"
                  .formatted(
                      Units.number(writes.acknowledged()),
                      Units.number(writes.lost()),
                      Units.number(writes.ghost()),
                      Units.number(writes.unknown()),
                      Units.number(writes.inDoubtTransactions()))));
      text.append(FaultText.pools(fault));
      text.append(FaultText.blastRadius(fault));
      text.append(FaultText.debt(fault));
      String leftOver = Answers.leftOver(writes);
      if (!leftOver.isEmpty()) {
        text.append(wrapped("", leftOver));
      }
    }
    outageDistributions(manifest, text);
    phaseDistributions(manifest, text);
    text.append('\n');
    Answers.unasked(manifest).forEach(sentence -> text.append(wrapped("", sentence)));
    text.append('\n').append(wrapped("", FaultText.WRITES));
  }

  private void endurance(Manifest manifest, StringBuilder text) {
    if (manifest.endurance().isEmpty()) {
      return;
    }
    heading(text, "What was borne before a leader changed unasked", EnduranceText.NOTE);
    manifest.endurance().forEach(each -> text.append('\n').append(EnduranceText.of(each)));
    text.append('\n').append(wrapped("", EnduranceText.apart(manifest)));
  }

  private static String outage(double millis) {
    return millis > 0 ? Units.millis(millis) : "none";
  }

  private void outageDistributions(Manifest manifest, StringBuilder text) {
    Map<String, List<OutageDistribution>> byFault = new LinkedHashMap<>();
    for (OutageDistribution each : OutageDistribution.of(manifest)) {
      byFault.computeIfAbsent(each.fault(), fault -> new ArrayList<>()).add(each);
    }
    byFault.forEach(
        (fault, streams) -> {
          text.append('\n')
              .append(
                  wrapped(
                      "",
                      "All %d of %s; p90 takes 10 of them"
                          .formatted(streams.get(0).millis().size(), fault)));
          TextTable table = TextTable.of("lllrrrr");
          table.row("client", "probe", "group", "minimum", "median", "p90", "maximum");
          for (OutageDistribution each : streams) {
            table.row(
                each.client(),
                each.probe(),
                Answers.group(each.group()),
                outage(each.min()),
                outage(each.median()),
                each.knowsP90() ? outage(each.p90()) : "–",
                outage(each.max()));
          }
          text.append(table);
        });
  }

  private static void phaseDistributions(Manifest manifest, StringBuilder text) {
    List<PhaseDistribution> all = PhaseDistribution.of(manifest);
    for (PhaseDistribution each : all) {
      text.append('\n')
          .append(wrapped("", "Where the outages of writes went: " + each.fault()))
          .append(WaterfallText.of(each));
    }
    if (!all.isEmpty()) {
      text.append('\n').append(wrapped("", WaterfallText.NOTE));
    }
  }

  private String in(String style, String text) {
    return colour ? style + text + PLAIN : text;
  }

  /** Lines of at most 80 columns; those after the first stand under the first's text. */
  static String wrapped(String bullet, String text) {
    String indent = "\n" + " ".repeat(bullet.length());
    // A figure and its unit stay together.
    String bound = UNIT.matcher(text).replaceAll("\u00a0$1");
    return bullet
        + WordUtils.wrap(bound, WIDTH - bullet.length(), indent, false)
            .replace('\u00a0', ' ')
            .stripTrailing()
        + "\n";
  }
}
