package dev.citusbench.results;

import dev.citusbench.results.Manifest.FaultResult;
import dev.citusbench.results.Manifest.OperationResult;
import dev.citusbench.results.Manifest.Outage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a run answers, in sentences made of its figures. */
final class Answers {
  /**
   * One answer.
   *
   * @param topic a word or two
   * @param figure the one figure to remember
   * @param sentence the answer with its figures
   * @param basis which rows it stands on
   */
  record Answer(String topic, String figure, String sentence, String basis) {}

  /** An answer does not stand on an operation that was seen less often than this. */
  private static final int FEWEST = 20;

  private final Manifest manifest;

  private Answers(Manifest manifest) {
    this.manifest = manifest;
  }

  static List<Answer> of(Manifest manifest) {
    Answers answers = new Answers(manifest);
    return Stream.of(
            Stream.concat(
                answers.routerAgainstMultiShard().stream(), answers.insertThroughput().stream()),
            answers.faults().stream(),
            answers.endurance().stream())
        .flatMap(all -> all)
        .toList();
  }

  /** What everyone must know about the engine before any figure. */
  static String engine(Manifest manifest) {
    String version = manifest.engine().version();
    return switch (manifest.engine().name()) {
      case CITUS -> "Citus " + version + " distributes the tables.";
      case FDW ->
          "There is no Citus in this run. Engine fdw: stock PostgreSQL "
              + version
              + " distributes the tables as hash partitions over postgres_fdw. Its figures are a"
              + " baseline, and say nothing about Citus.";
      case SINGLE ->
          "There is no Citus in this run. Engine single: one undistributed group of PostgreSQL "
              + version
              + ". Its figures are a baseline, and say nothing about Citus.";
    };
  }

  private static boolean isOneShard(OperationResult row) {
    return row.planClass() == PlanClass.FAST_PATH || row.planClass() == PlanClass.ROUTER;
  }

  /** A repartition join need not touch all shards, and does more than to ask them. */
  private static boolean fansOut(OperationResult row) {
    return row.planClass() == PlanClass.MULTI_SHARD;
  }

  /** By its name, or because somebody counted the rows that it wrote. */
  static boolean writes(OperationResult row) {
    return row.rowsPerSecond() != null
        || Stream.of("insert-", "copy-", "place-", "adjust-", "cross-tenant-")
            .anyMatch(row.name()::startsWith);
  }

  private Optional<Answer> routerAgainstMultiShard() {
    Optional<Answer> underLoad =
        routerAgainstMultiShard(
            row ->
                row.source() == Source.GATLING
                    && row.time() == TimePart.RESPONSE
                    && row.phase() == Phase.STEADY,
            "Under load, a query on one shard answers in %s and a query over all shards in %s at"
                + " the median: about %s times as long.",
            "p50 of the response time from the due time, steady phase (Gatling)");
    return underLoad.isPresent()
        ? underLoad
        : routerAgainstMultiShard(
            row ->
                row.source() == Source.JMH && row.route().equals("writer") && row.variant() == null,
            "One after the other (closed loop), a query on one shard costs %s and a query over all"
                + " shards %s at the median: about %s times as much.",
            "p50 of the cost per operation over the route writer (JMH)");
  }

  private Optional<Answer> routerAgainstMultiShard(
      Predicate<OperationResult> rows, String sentence, String basis) {
    List<OperationResult> reads =
        manifest.operations().stream()
            .filter(rows)
            .filter(row -> row.outcome() == Outcome.OK && row.count() >= FEWEST && !writes(row))
            .toList();
    List<OperationResult> one = reads.stream().filter(Answers::isOneShard).toList();
    List<OperationResult> all = reads.stream().filter(Answers::fansOut).toList();
    if (one.isEmpty() || all.isEmpty()) {
      return Optional.empty();
    }
    String times = about(geometricMean(all) / geometricMean(one));
    return Optional.of(
        new Answer(
            "router against multi-shard",
            times + "×",
            sentence.formatted(range(one), range(all), times),
            basis + ": " + names(one) + " against " + names(all)));
  }

  private static String about(double ratio) {
    return ratio < 9.95 ? "%.1f".formatted(ratio) : Units.number(Math.rint(ratio));
  }

  private static double geometricMean(List<OperationResult> rows) {
    return Math.exp(
        rows.stream()
            .mapToDouble(row -> Math.log(Math.max(1.0, (double) row.p50Nanos())))
            .average()
            .orElse(0));
  }

  private static String range(List<OperationResult> rows) {
    String least = Units.nanos(rows.stream().mapToLong(OperationResult::p50Nanos).min().orElse(0));
    String most = Units.nanos(rows.stream().mapToLong(OperationResult::p50Nanos).max().orElse(0));
    return least.equals(most) ? least : least + " to " + most;
  }

  private static String names(List<OperationResult> rows) {
    return rows.stream().map(OperationResult::name).distinct().collect(Collectors.joining(", "));
  }

  private Optional<Answer> insertThroughput() {
    Map<String, OperationResult> best = new TreeMap<>();
    for (OperationResult row : manifest.operations()) {
      if (row.rowsPerSecond() != null && row.outcome() == Outcome.OK) {
        best.merge(row.name(), row, (a, b) -> rows(a) >= rows(b) ? a : b);
      }
    }
    List<OperationResult> ranked =
        best.values().stream()
            .sorted(Comparator.comparingDouble(Answers::rows).reversed())
            .toList();
    if (ranked.isEmpty()) {
      return Optional.empty();
    }
    OperationResult first = ranked.get(0);
    String others =
        ranked.stream()
            .skip(1)
            .map(row -> row.label() + " " + Units.number(Math.rint(rows(row))))
            .collect(Collectors.joining(", "));
    String figure = Units.number(Math.rint(rows(first))) + " rows/s";
    return Optional.of(
        new Answer(
            "insert throughput",
            figure,
            "The fastest way in is %s with %s%s. Their shapes differ: %s."
                .formatted(
                    first.label(),
                    figure,
                    others.isEmpty() ? "" : "; " + others,
                    insertShape(ranked)),
            "rows a second over the route %s (%s)"
                .formatted(first.route(), label(first.source()))));
  }

  /** What one operation of each is, and on how many samples it stands. */
  private static String insertShape(List<OperationResult> rows) {
    return rows.stream()
        .map(
            row ->
                "%s writes %s to %s at once%s"
                    .formatted(
                        row.label(),
                        Units.number(rowsEach(row)) + (rowsEach(row) == 1 ? " row" : " rows"),
                        shards(row.planClass()),
                        row.count() == 0 ? "" : " (" + Units.number(row.count()) + " timed)"))
        .distinct()
        .collect(Collectors.joining("; "));
  }

  /** Rows that one operation writes; 0 where none was counted. */
  static long rowsEach(OperationResult row) {
    return row.perSecond() == 0 ? 0 : Math.round(rows(row) / row.perSecond());
  }

  private static String shards(PlanClass planClass) {
    return switch (planClass) {
      case FAST_PATH, ROUTER -> "one shard";
      case MULTI_SHARD, REPARTITION -> "all shards";
      case LOCAL -> "no shard";
    };
  }

  static String label(Source source) {
    return switch (source) {
      case JMH -> "JMH";
      case GATLING -> "Gatling";
    };
  }

  private static double rows(OperationResult row) {
    return Objects.requireNonNullElse(row.rowsPerSecond(), 0.0);
  }

  /** One answer for each kind of fault and target, however often it was injected. */
  private List<Answer> faults() {
    Map<String, List<FaultResult>> same = new LinkedHashMap<>();
    for (FaultResult fault : manifest.faults()) {
      same.computeIfAbsent(fault.name(), k -> new ArrayList<>()).add(fault);
    }
    List<Answer> answers = new ArrayList<>();
    same.forEach((name, faults) -> answers.add(fault(name, faults)));
    return answers;
  }

  private static Answer fault(String name, List<FaultResult> faults) {
    List<Double> worst = faults.stream().map(f -> worst(f)).sorted().toList();
    double median = (worst.get((worst.size() - 1) / 2) + worst.get(worst.size() / 2)) / 2;
    String figure = median > 0 ? Units.millis(median) : "no outage";
    StringBuilder sentence = new StringBuilder();
    if (faults.size() == 1) {
      FaultResult only = faults.get(0);
      sentence.append(capital(outages(only)));
      double beyond = median - only.predictedMillis().max();
      double resolution = longest(only).map(Outage::resolutionMillis).orElse(0.0);
      if (only.predictedMillis().max() > 0 && beyond > resolution) {
        sentence.append(
            " The longest is longer than the settings explain by %s."
                .formatted(Units.millis(beyond)));
      }
    } else {
      sentence.append(
          "Injected %d times: longest time without a success %s to %s, median %s."
              .formatted(
                  faults.size(),
                  Units.millis(worst.get(0)),
                  Units.millis(worst.get(worst.size() - 1)),
                  Units.millis(median)));
    }
    long acknowledged = faults.stream().mapToLong(f -> f.writes().acknowledged()).sum();
    long lost = faults.stream().mapToLong(f -> f.writes().lost()).sum();
    long unknown = faults.stream().mapToLong(f -> f.writes().unknown()).sum();
    if (acknowledged > 0) {
      sentence.append(
          lost == 0
              ? " None of %s acknowledged writes was lost".formatted(Units.number(acknowledged))
              : " %s of %s acknowledged writes were LOST"
                  .formatted(Units.number(lost), Units.number(acknowledged)));
      sentence.append(
          unknown == 0
              ? "."
              : "; of %s more nobody can tell, because their errors do not say whether they were"
                      .formatted(Units.number(unknown))
                  + " written.");
    }
    DoubleSummaryStatistics resolutions =
        faults.stream()
            .flatMap(f -> measured(f).stream())
            .mapToDouble(Outage::resolutionMillis)
            .summaryStatistics();
    return new Answer(
        name,
        figure,
        sentence.toString(),
        "plain-connection probes through HAProxy"
            + (resolutions.getCount() == 0 ? "" : ", resolution " + resolution(resolutions))
            + (faults.size() == 1 ? "; one injection proves nothing about the next" : ""));
  }

  private List<Answer> endurance() {
    return manifest.endurance().stream()
        .map(
            each ->
                new Answer(
                    "Borne without a failover: " + each.name(),
                    each.figure(),
                    each.sentence(),
                    EnduranceText.basis(each)))
        .toList();
  }

  /** What a fault left prepared and neither committed nor rolled back; empty where nothing. */
  static String leftOver(Manifest.Writes writes) {
    Long transactions = writes.leftOverTransactions();
    if (transactions == null || transactions == 0) {
      return "";
    }
    Double millis = writes.leftOverMillis();
    return "%s prepared transactions were left over, %s"
        .formatted(
            Units.number(transactions),
            millis == null
                ? "and not all of them were seen to end"
                : "the last of them until %s after the fault".formatted(Units.millis(millis)));
  }

  /** The leader changes that no fault explains, one sentence each; none where nobody looked. */
  static List<String> unasked(Manifest manifest) {
    List<Manifest.LeaderChange> changes = manifest.unaskedLeaderChanges();
    if (changes == null) {
      return List.of();
    }
    if (changes.isEmpty()) {
      return List.of("No leader changed but for a fault.");
    }
    List<String> sentences = new ArrayList<>();
    sentences.add(
        "Leader changes that no fault explains: %s.".formatted(Units.number(changes.size())));
    for (Manifest.LeaderChange change : changes) {
      sentences.add(
          "%s: %s after %s, timeline %d%s."
              .formatted(
                  group(change.group()),
                  change.to().isEmpty() ? "an unknown member" : change.to(),
                  change.from().isEmpty() ? "an unknown member" : change.from(),
                  change.timeline(),
                  change.at() == null ? "" : ", at " + RunText.TIME.format(change.at())));
    }
    return sentences;
  }

  private static String resolution(DoubleSummaryStatistics seen) {
    String finest = Units.period(Math.rint(seen.getMin()));
    String coarsest = Units.period(Math.rint(seen.getMax()));
    return finest.equals(coarsest) ? finest : finest + " to " + coarsest;
  }

  private static String capital(String sentence) {
    return Character.toUpperCase(sentence.charAt(0)) + sentence.substring(1);
  }

  private static double worst(FaultResult fault) {
    return longest(fault).map(Outage::millis).orElse(0.0);
  }

  private static Optional<Outage> longest(FaultResult fault) {
    return measured(fault).stream().max(Comparator.comparingDouble(Outage::millis));
  }

  /** Those of kept connections; where they had none, those of new ones, which may have had one. */
  private static List<Outage> measured(FaultResult fault) {
    List<Outage> kept =
        fault.plainOutages().stream().filter(o -> o.client().equals(Outage.PLAIN)).toList();
    return kept.stream().anyMatch(outage -> outage.millis() > 0) ? kept : fault.plainOutages();
  }

  /**
   * How long the settings in force let an outage last, and by how much the longest one was longer,
   * if it was; empty where nothing was predicted.
   */
  static String againstSettings(FaultResult fault) {
    Manifest.Predicted predicted = fault.predictedMillis();
    if (predicted.max() <= 0) {
      return "";
    }
    String least = predicted.min() > 0 ? Units.period(predicted.min()) + " to " : "up to ";
    return "The settings in force let an outage last %s%s%s."
        .formatted(
            least,
            Units.period(predicted.max()),
            longest(fault)
                .filter(outage -> outage.millis() > predicted.max())
                .map(
                    outage ->
                        "; that of %s on %s lasted %s, longer than the settings explain by %s%s"
                            .formatted(
                                outage.probe(),
                                group(outage.group()),
                                Units.millis(outage.millis()),
                                Units.millis(outage.millis() - predicted.max()),
                                outage.millis() - predicted.max() > outage.resolutionMillis()
                                    ? ""
                                    : ", which is within its resolution"))
                .orElse(""));
  }

  private static String outages(FaultResult fault) {
    Map<String, List<String>> by = new LinkedHashMap<>();
    measured(fault).stream()
        .filter(outage -> outage.millis() > 0)
        .sorted(Comparator.comparingDouble(Outage::millis).reversed())
        .forEach(
            outage ->
                by.computeIfAbsent(outage.probe(), probe -> new ArrayList<>())
                    .add(Units.millis(outage.millis()) + " (" + group(outage.group()) + ")"));
    if (by.isEmpty()) {
      return fault.plainOutages().isEmpty() ? "no probe was running." : "no probe failed.";
    }
    return "longest time without a success: "
        + by.entrySet().stream()
            .map(e -> e.getKey() + " " + e.getValue().get(0))
            .collect(Collectors.joining("; "))
        + (by.containsKey("write") ? "." : "; writes went on.");
  }

  static String group(int group) {
    return group == 0 ? "coordinator" : "worker" + group;
  }
}
