package dev.citusbench.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunTextTest {
  @TempDir static Path results;

  private static Run valid;
  private static Run invalid;

  @BeforeAll
  static void writeTwoRuns() throws IOException {
    Manifest head = SampleRun.head();
    valid = Run.read(SampleRun.write(results.resolve("runs"), head));
    Manifest other = Manifests.head(Instant.parse("2026-03-01T11:00:00Z"), "ha-fast");
    invalid =
        Run.read(
            SampleRun.write(
                results.resolve("runs"), other.invalid(List.of("12 requests were dropped"))));
  }

  private static void fitsTheScreen(String text) {
    assertThat(text.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    assertThat(text.lines()).noneMatch(line -> line.endsWith(" "));
    assertThat(text).doesNotContain("\u001b");
  }

  @Test
  void listAndShowAndCompareFitEightyColumns() {
    fitsTheScreen(RunText.plain().list(List.of(valid, invalid)));
    String shown = RunText.plain().show(valid);
    fitsTheScreen(shown.substring(0, shown.indexOf("report: ")));
    fitsTheScreen(Comparison.of(List.of(valid, invalid), true).text());
  }

  @Test
  void theListSaysWhichRunsAreInvalid() {
    assertThat(RunText.plain().list(List.of(valid, invalid)).lines())
        .anyMatch(line -> line.contains("ha-default") && line.contains("yes"))
        .anyMatch(line -> line.contains("ha-fast") && line.contains("NO"));
    assertThat(RunText.plain().list(List.of())).contains("no runs yet");
  }

  @Test
  void anInvalidRunSaysSoFirstOfAll() {
    assertThat(RunText.plain().show(invalid))
        .startsWith("INVALID RUN: do not use its figures\n  - 12 requests were dropped\n");
  }

  @Test
  void theLastLinesSayWhetherTheRunIsValidAndWhereItsReportIs() {
    String report = valid.dir().resolve(Run.REPORT).toString();
    assertThat(RunText.plain().show(valid))
        .endsWith(
            "\n\nvalid run\nrun: %s\nreport: %s\nopen it in a browser: file://%s\n"
                .formatted(valid.id(), report, report));
    assertThat(RunText.plain().show(invalid))
        .contains(
            "\n\nINVALID RUN: do not use its figures\n  - 12 requests were dropped\nrun: "
                + invalid.id()
                + "\nreport: ");
  }

  @Test
  void anOutageLongerThanTheSettingsExplainIsCalledSo() {
    assertThat(RunText.plain().show(valid).replaceAll("\\s+", " "))
        .contains(
            "Longest time without a success: multi-shard 4.21 s (coordinator);",
            "The longest is longer than the settings explain by 1.21 s. None of 6,312 acknowledged"
                + " writes was lost; of 14 more nobody can tell, because their errors do not say"
                + " whether they were written.",
            "last up to 3 s; that of multi-shard on coordinator lasted 4.21 s, longer than the"
                + " settings explain by 1.21 s.",
            "The settings in force let an outage last up to 13.5 s. writes:");
  }

  @Test
  void theOutageOfWritesIsTakenApartWithWhatToldEachPart() {
    assertThat(RunText.plain().show(valid).replaceAll("\\s+", " "))
        .contains(
            "phase time share told by resolution before 10.0 ms 0 % probes 20 ms detect 800 ms 19 %"
                + " Patroni's log 1 ms",
            "unexplained 15.0 ms 0 % – –",
            "Apart from that, after the fault: last straggler 4.62 s; p99 within 10 % 7 s.",
            "Where the outages of writes went: kill-postgres of worker1 phase median maximum seen",
            "Most of it is metadata, 2.85 s in the median; what shortens it: on_role_change");
  }

  @Test
  void whatIsBeyondTheSettingsByLessThanTheResolutionIsSaidToBe() {
    Manifest.FaultResult seen = valid.manifest().faults().get(0);
    Manifest.FaultResult close =
        new Manifest.FaultResult(
            seen.kind(),
            seen.target(),
            seen.member(),
            seen.openedAt(),
            List.of(new Manifest.Outage("write", 1, 1_040, 50, Map.of())),
            seen.phases(),
            new Manifest.Predicted(500, 1_000),
            seen.writes());
    assertThat(Answers.againstSettings(close))
        .isEqualTo(
            "The settings in force let an outage last 500 ms to 1 s; that of write on worker1 lasted"
                + " 1.04 s, longer than the settings explain by 40.0 ms, which is within its"
                + " resolution.");
  }

  @Test
  void aRepartitionJoinIsNoQueryOverAllShards() {
    Manifest.OperationResult router =
        Manifests.row("lookup-order", Source.JMH, "writer", TimePart.SERVICE, Phase.STEADY, 1_000);
    Manifest.OperationResult join =
        new Manifest.OperationResult(
            "repartition-join",
            PlanClass.REPARTITION,
            12,
            Source.JMH,
            "writer",
            Outcome.OK,
            TimePart.SERVICE,
            Phase.STEADY,
            1_000,
            1,
            1,
            1,
            1,
            1,
            1,
            1);
    assertThat(Answers.of(Manifests.of(List.of(router, join)))).isEmpty();
  }

  @Test
  void theFloorComesFirstAndCostsStandAboveIt() {
    List<String> lines = RunText.plain().show(valid).lines().toList();
    int title =
        lines.indexOf(
            lines.stream().filter(l -> l.startsWith("route writer")).findFirst().orElseThrow());
    assertThat(lines.get(title + 1)).startsWith("floor ").contains("76.5 µs");
    assertThat(lines.get(title + 2)).startsWith("lookup-order ").contains("+302 µs");
    assertThat(String.join(" ", lines)).contains("JMH is closed-loop");
  }

  @Test
  void whatWasVariedStandsBesideTheFloorToo() {
    assertThat(RunText.plain().show(valid))
        .containsPattern("route writer, insert-events-batch +p50 +above +per s")
        .containsPattern("\nrewrite=false rows=10 .* [+][0-9.]+ ms +3,000 rows");
  }

  @Test
  void variantsAreComparedWithTheSameVariantOnly() {
    assertThat(Comparison.of(List.of(valid, invalid), true).rows())
        .filteredOn(row -> row.key().operation().equals("insert-events-batch"))
        .filteredOn(row -> row.key().source() == Source.JMH)
        .extracting(row -> row.key().variant())
        .containsExactly("", "rewrite=false rows=10", "", "rewrite=false rows=10");
  }

  @Test
  void theCostOfAFanOutIsShownWithItsIntervals() {
    String shown = RunText.plain().show(valid);
    assertThat(shown)
        .contains("What a fan-out costs (JMH)\n")
        .containsPattern("route writer +ms +95 % interval in ms\n")
        .containsPattern("base +1[.][0-9]{2} ")
        .containsPattern("each task costs +0[.]3[0-9]{2} +0[.]3[0-9]{2} to 0[.]3[0-9]{2}\n")
        .containsPattern("each new connection costs +-0[.][0-9]{3} ");
    assertThat(shown.replaceAll("\\s+", " "))
        .containsPattern("30 configurations, residual standard deviation [0-9]+ % of p50")
        .contains("Farthest from the model: cachedConnections=")
        .contains("Which citus.max_adaptive_executor_pool_size (JMH)")
        .contains(
            "* revenue-by-day, route writer: best 1, 5.12 ms above the floor (p50 by size 1:");
  }

  @Test
  void insertThroughputOverClientsSaysWhereItsKneeIsAndWhatWasUsedUp() {
    assertThat(RunText.plain().show(valid))
        .contains("Insert throughput over clients (JMH)\n", "\ninsert-event, route writer\n")
        .containsPattern("clients +rows/s +of floor +commits/s +WAL B/row +WAL MB/s +client CPU/op")
        .containsPattern(" +8 +4,100 +– +4,182 +411 +1[.]68 +92[.]0 µs")
        .contains("Knee: Not reached by 16 clients.");
    assertThat(RunText.plain().show(valid).replaceAll("\\s+", " "))
        .contains(
            "Knee: At 8 clients with 4,100 rows/s. Sessions on the primaries waited for the synchronous"
                + " standby to confirm in 71 % of their statements' time (IPC:SyncRep).");
  }

  @Test
  void withoutRowsForAnAnalysisThereIsNoSectionOfIt() {
    Run without = new Run(valid.dir(), Manifests.of(List.of(Manifests.row("lookup-order", 1_000))));
    assertThat(RunText.plain().show(without))
        .contains("lookup-order")
        .doesNotContain("fan-out", "pool_size", "over clients");
  }

  @Test
  void theSuitesOwnShareOfTheProcessorIsShown() {
    assertThat(RunText.plain().show(valid))
        .contains("Processor use\n")
        .containsPattern("gatling, .*: suite 8 %, whole machine 71 %");
  }

  @Test
  void howTheLoadGeneratorDidIsShown() {
    assertThat(RunText.plain().show(valid).replaceAll("\\s+", " "))
        .contains(
            "The load generator In",
            "200 of 200 requests/s (-0.0010 %)",
            "in the whole load at most 9 of",
            "p99 640 µs",
            "gatling: constant arrivals",
            "failover, faults: constant arrivals");
  }

  @Test
  void besideEachOutageStandsWhoSawItAndHowSharply() {
    assertThat(RunText.plain().show(valid))
        .containsPattern("\nclient +probe +group +outage +resolution\n")
        .containsPattern("\nplain +write +worker1 +4[.]18 s +20 ms\n")
        .containsPattern("\nhikari +write +coordinator +> 19[.]4 s +100 ms\n")
        .contains("connections opened anew, by pool: hikari 37 (of 4), hikari-override 1 (of 4)");
  }

  @Test
  void whomAFaultHitAndWhatItCostIsShown() {
    assertThat(RunText.plain().show(valid))
        .containsPattern("\nworker1 [(]hit[)] +read +188 +141 +40 +96 % +12[.]4 ms\n")
        .containsPattern("\nworker2 +read +190 +0 +2 +1 % +12[.]4 ms\n")
        .containsPattern("\nmulti-shard +read +5 +4 +– +80 % +–\n");
    assertThat(RunText.plain().show(valid).replaceAll("\\s+", " "))
        .contains(
            "full performance was back 7 s after the fault (5 seconds in a row in which the p99 of"
                + " 11.3 ms before was kept within 10 %). Until then the answered requests of one"
                + " tenant waited 31.4 request·s longer than before, and 172 failed.");
  }

  @Test
  void colourIsThereOnlyWhereAsked() {
    assertThat(RunText.coloured().show(invalid)).startsWith("\u001b[1;31mINVALID");
  }

  @Test
  void aPercentileIsShownOnlyWithTenSamplesBeyondIt() {
    assertThat(Percentile.P50.standsOn(19)).isFalse();
    assertThat(Percentile.P50.standsOn(20)).isTrue();
    assertThat(Percentile.P99.shown(1_000_000, 999)).isEqualTo("–");
    assertThat(Percentile.P99.shown(1_000_000, 1_000)).isEqualTo("1.00 ms");
    assertThat(Percentile.P999.shown(1_000_000, 9_999)).isEqualTo("–");
    assertThat(RunText.plain().show(valid)).contains("fewer than 10 samples beyond it");
  }

  @Test
  void theInsertPathsSayWhatOneOperationIsAndHowManyWereTimed() {
    assertThat(RunText.plain().show(valid).replaceAll("\\s+", " "))
        .contains("copy-events writes 605 rows to one shard at once (12,000 timed)");
  }

  @Test
  void jsonIsOneDocument() {
    assertThat(Json.object(RunText.plain().showJson(valid))).containsEntry("id", valid.id());
    assertThat(RunText.plain().listJson(List.of(valid, invalid)))
        .startsWith("[")
        .contains("\"valid\" : false", "12 requests were dropped");
  }

  @Test
  void aComparisonRefusesInvalidRunsUnlessAllowed() {
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> Comparison.of(List.of(valid, invalid), false))
        .withMessageContaining(invalid.id())
        .withMessageContaining("12 requests were dropped")
        .satisfies(e -> assertThat(e.kind()).isEqualTo(BenchException.Kind.INVALID_RUN));
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> Comparison.of(List.of(valid), false))
        .withMessageContaining("two runs or more");
  }

  @Test
  void aComparisonSaysWhatDiffersAndThatItHasNoStatistics() {
    Comparison comparison = Comparison.of(List.of(valid, invalid), true);
    assertThat(comparison.text())
        .contains("Single runs carry no statistics", "tuning: ha-default  →  ha-fast");
    assertThat(comparison.differences())
        .extracting(Comparison.Difference::what)
        .containsExactly("valid", "tuning");
    assertThat(comparison.rows())
        .filteredOn(row -> row.key().source() == Source.JMH)
        .allSatisfy(row -> assertThat(row.p50Ratio()).isEqualTo(1.0));
    assertThat(Json.object(comparison.json())).containsKeys("note", "runs", "differences", "rows");
  }

  @Test
  void theTablesOfEachFaultStandUnderItsName() {
    String shown = RunText.plain().show(valid);
    int first = shown.indexOf("\nkill-postgres of worker1\n");
    int second = shown.indexOf("\nkill-postgres of coordinator\n");
    assertThat(first).isPositive();
    assertThat(second).isGreaterThan(first);
    assertThat(shown.substring(0, first)).contains("phase steady").doesNotContain("phase outage");
    for (String of : List.of(shown.substring(first, second), shown.substring(second))) {
      assertThat(of).containsOnlyOnce("phase outage ").containsOnlyOnce("phase after ");
    }
  }

  @Test
  void leaderChangesThatNoFaultExplainsAndWhatAFaultLeftOverAreShown() {
    assertThat(RunText.plain().show(valid))
        .contains("Leader changes that no fault explains: 1.\n")
        .contains("worker2: worker2-b after worker2-a, timeline 3, at ")
        .contains("3 prepared transactions were left over, the last of them until 7.25 s");
    assertThat(Answers.unasked(Manifests.head(Instant.EPOCH))).as("nobody looked").isEmpty();
    assertThat(Answers.unasked(Manifests.head(Instant.EPOCH).withUnaskedLeaderChanges(List.of())))
        .containsExactly("No leader changed but for a fault.");
  }

  private static Manifest.OperationResult during(int fault, long p50Nanos) {
    PhaseSums sums = new PhaseSums();
    Series series = new Series("lookup-order", TimePart.RESPONSE, Outcome.OK);
    for (int n = 0; n < 20; n++) {
      sums.add(series, Phase.OUTAGE, fault, p50Nanos);
    }
    return sums.rows(
            name -> new LatencyLog.Described(PlanClass.FAST_PATH, 1, Source.GATLING, "writer"))
        .get(0);
  }

  @Test
  void aComparisonSetsTheSameFaultsSideBySideWhateverTheirOrder() {
    List<Manifest.FaultResult> faults = valid.manifest().faults();
    List<Manifest.FaultResult> turned = List.of(faults.get(1), faults.get(0), faults.get(1));
    Run base =
        new Run(
            valid.dir(),
            valid
                .manifest()
                .with(
                    List.of(during(0, 100), during(1, 200)),
                    faults,
                    List.of(),
                    List.of(),
                    List.of()));
    Run candidate =
        new Run(
            valid.dir(),
            valid
                .manifest()
                .with(
                    List.of(during(0, 800), during(1, 300), during(2, 900)),
                    turned,
                    List.of(),
                    List.of(),
                    List.of()));
    Comparison comparison = Comparison.of(List.of(base, candidate), false);
    assertThat(comparison.rows())
        .extracting(row -> row.key().fault(), Comparison.Row::p50Ratio)
        .containsExactly(
            tuple("kill-postgres of coordinator", 4.0),
            tuple("kill-postgres of coordinator (2)", null),
            tuple("kill-postgres of worker1", 3.0));
    assertThat(comparison.text())
        .contains("phase outage, kill-postgres of worker1, route")
        .contains("phase outage, kill-postgres of coordinator (2),");
    assertThat(comparison.csv()).contains(",outage,kill-postgres of worker1,");
    fitsTheScreen(comparison.text());
  }

  @Test
  void aRowOfAFaultThatIsNotThereIsShownAsSuch() {
    Manifest damaged =
        valid
            .manifest()
            .with(List.of(during(7, 1_000)), List.of(), List.of(), List.of(), List.of());
    assertThat(RunText.plain().show(new Run(valid.dir(), damaged)))
        .contains("fault 7, which is not in this run");
  }

  @Test
  void theCsvHasOneLineARowAndAsManyCellsAsItsHeader() {
    Comparison comparison = Comparison.of(List.of(valid, invalid), true);
    List<String> lines = comparison.csv().lines().toList();
    assertThat(lines).hasSize(comparison.rows().size() + 1);
    int cells = lines.get(0).split(",", -1).length;
    assertThat(lines).allSatisfy(line -> assertThat(line.split(",", -1)).hasSize(cells));
  }

  @Test
  void unitsHaveThreeDigits() {
    assertThat(
            List.of(
                Units.nanos(412),
                Units.nanos(41_240),
                Units.nanos(999_499),
                Units.nanos(999_600),
                Units.nanos(4_200_000_000L),
                Units.seconds(212.5),
                Units.period(20),
                Units.inMillis(0.04129),
                Units.inMillis(-0.9999),
                Units.inMillis(1234.5),
                Units.inMillis(0),
                Units.percent(0.815),
                Units.signedPercent(-0.034),
                Units.smallPercent(-0.0000001),
                Units.smallPercent(-0.00094),
                Units.smallPercent(0.0000016),
                Units.number(1_234_567),
                Units.counted(1, "garbage collection"),
                Units.counted(1_200, "garbage collection"),
                Units.number(0.5)))
        .containsExactly(
            "412 ns",
            "41.2 µs",
            "999 µs",
            "1.00 ms",
            "4.20 s",
            "3 min 33 s",
            "20 ms",
            "0.0413 ms",
            "-1.00 ms",
            "1,230 ms",
            "0.00 ms",
            "82 %",
            "-3 %",
            "0.0000 %",
            "-0.0940 %",
            "+0.0002 %",
            "1,234,567",
            "1 garbage collection",
            "1,200 garbage collections",
            "0.50");
  }
}
