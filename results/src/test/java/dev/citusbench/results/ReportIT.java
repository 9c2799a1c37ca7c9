package dev.citusbench.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.citusbench.results.Manifest.OperationResult;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The report as real Chromium shows it. */
class ReportIT {
  private static final Pattern FIGURE =
      Pattern.compile("data-figure=\"([^\"]+)\" data-value=\"([^\"]+)\"");

  @TempDir static Path results;

  private static Chromium chromium;
  private static Run run;
  private static Chromium.Output opened;

  @BeforeAll
  static void openTheReportOfASampleRun() throws Exception {
    Optional<Chromium> found = Chromium.find();
    assumeTrue(found.isPresent(), "no chromium, chromium-browser or google-chrome is on the PATH");
    chromium = found.orElseThrow();
    run = Run.read(SampleRun.write(results.resolve("runs"), SampleRun.head()));
    opened = chromium.open(run.dir().resolve(Run.REPORT), "--dump-dom");
  }

  private static BufferedImage screenshot(Path page, String size, String... more)
      throws IOException, InterruptedException {
    Path picture = results.resolve("picture.png");
    String[] options = new String[more.length + 2];
    options[0] = "--screenshot=" + picture;
    options[1] = "--window-size=" + size;
    System.arraycopy(more, 0, options, 2, more.length);
    chromium.open(page, options);
    return ImageIO.read(picture.toFile());
  }

  private static int colours(BufferedImage picture, int fromY, int toY) {
    Set<Integer> colours = new HashSet<>();
    for (int y = fromY; y < toY; y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        colours.add(picture.getRGB(x, y));
      }
    }
    return colours.size();
  }

  @Test
  void itOpensWithoutAnError() {
    assertThat(opened.dom()).contains("data-drawn=\"5\"").doesNotContain("data-problems");
    assertThat(opened.messages().lines().filter(line -> line.contains("CONSOLE"))).isEmpty();
  }

  @Test
  void figuresInThePageAreThoseOfTheManifest() {
    Map<String, String> shown = new HashMap<>();
    Matcher matcher = FIGURE.matcher(opened.dom());
    while (matcher.find()) {
      shown.put(matcher.group(1), matcher.group(2));
    }
    int compared = 0;
    for (OperationResult row : run.manifest().operations()) {
      Map<String, Number> figures = new HashMap<>();
      boolean load = row.source() == Source.GATLING;
      if (!load || row.time() == TimePart.RESPONSE) {
        figures.put("count", row.count());
        figures.put("perSecond", row.perSecond());
        figures.put("p50Nanos", row.p50Nanos());
        figures.put("p999Nanos", row.p999Nanos());
      }
      figures.put("p99Nanos", row.p99Nanos());
      for (Map.Entry<String, Number> figure : figures.entrySet()) {
        String key =
            String.join(
                "/",
                row.source().label(),
                row.label(),
                row.route(),
                row.outcome().label(),
                row.time().label(),
                row.phase().label() + (row.fault() == null ? "" : "@fault-" + row.fault()),
                figure.getKey());
        assertThat(shown).containsKey(key);
        assertThat(Double.parseDouble(shown.get(key)))
            .as(key)
            .isEqualTo(figure.getValue().doubleValue());
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(500);
    assertThat(shown)
        .containsEntry("fault-0/outage-0/millis", "4180")
        .containsEntry("fault-1/unknown", "14")
        .containsEntry("fault-0/pool/hikari", "37")
        .containsEntry("fault-0/radius/worker1/read/failed", "141")
        .containsEntry("fault-0/radius/multi-shard/read/requests", "5")
        .containsEntry("fault-1/left-over transactions", "3")
        .containsEntry("fault-0/phase/metadata", "2850")
        .containsEntry("waterfall/kill-postgres of worker1/metadata", "2850")
        .containsEntry("endurance/pause/worker1/borne", "7000")
        .containsEntry("endurance/pause/worker1/notBorne", "15000")
        .containsEntry("endurance/pause/worker1/15000/changed", "1")
        .containsEntry("endurance/load/machine/borne", "32")
        .containsEntry("endurance/load/machine/32/failedRequests", "17");
    assertThat(opened.dom())
        .contains("class=\"broke\"", "class=\"untried\"", "class=\"bore\"")
        .contains("aria-label=\"1 s bore, 3 s bore, 7 s bore, 15 s broke, 25 s untried\"");
    assertThat(opened.dom())
        .contains("&gt; 19.4 s")
        .contains("Most of it is metadata, 2.85 s in the median; what shortens it: on_role_change")
        .contains("last straggler 4.62 s; p99 within 10 % 7 s")
        .contains("full performance was back 7 s after the fault (5 seconds in a row");
  }

  private static Map<String, Double> figuresUnder(String prefix) {
    Map<String, Double> shown = new HashMap<>();
    Matcher matcher = FIGURE.matcher(opened.dom());
    while (matcher.find()) {
      if (matcher.group(1).startsWith(prefix)) {
        shown.put(matcher.group(1), Double.valueOf(matcher.group(2)));
      }
    }
    return shown;
  }

  @Test
  void theCostOfAFanOutInThePageIsThatOfTheModel() {
    FanOutModel model = FanOutModel.of(run.manifest()).get(0);
    FanOutModel.Fit fit = Objects.requireNonNull(model.fit());
    assertThat(figuresUnder("fan-out/"))
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry("fan-out/0/base", fit.base().millis()),
                Map.entry("fan-out/0/base/low", fit.base().low()),
                Map.entry("fan-out/0/base/high", fit.base().high()),
                Map.entry("fan-out/0/perTask", fit.perTask().millis()),
                Map.entry("fan-out/0/perTask/low", fit.perTask().low()),
                Map.entry("fan-out/0/perTask/high", fit.perTask().high()),
                Map.entry("fan-out/0/perConnection", fit.perConnection().millis()),
                Map.entry("fan-out/0/perConnection/low", fit.perConnection().low()),
                Map.entry("fan-out/0/perConnection/high", fit.perConnection().high()),
                Map.entry("fan-out/0/observations", (double) fit.observations()),
                Map.entry("fan-out/0/residualShare", fit.residualShare())));
    assertThat(opened.dom())
        .contains("Farthest from the model: " + fit.largest().variant() + ", measured ")
        .contains(">" + Units.inMillis(fit.perTask().millis()) + "<")
        .contains(">" + Units.inMillis(fit.perConnection().low()) + "<");
  }

  @Test
  void theChoiceOfAPoolInThePageIsThatOfTheAnalysis() {
    Map<String, Double> expected = new HashMap<>();
    for (PoolChoice choice : PoolChoice.of(run.manifest())) {
      String key = "pool/" + choice.operation() + "/" + choice.route() + "/";
      choice.pools().forEach(each -> expected.put(key + each.pool(), (double) each.p50Nanos()));
      expected.put(key + "best", (double) choice.best());
      expected.put(
          key + "above-floor", Objects.requireNonNull(choice.bestAboveFloorNanos()).doubleValue());
      expected.put(key + "default", Objects.requireNonNull(choice.defaultAboveBest()));
    }
    assertThat(expected).hasSize(6);
    assertThat(figuresUnder("pool/")).isEqualTo(expected);
  }

  @Test
  void insertThroughputOverClientsInThePageIsThatOfTheAnalysis() {
    Map<String, Double> expected = new HashMap<>();
    for (InsertScaling path : InsertScaling.of(run.manifest())) {
      for (InsertScaling.Point point : path.points()) {
        String key = "scaling/" + path.path() + "/" + path.route() + "/" + point.clients() + "/";
        expected.put(key + "rowsPerSecond", point.rowsPerSecond());
        expected.put(key + "ofFloorRate", point.ofFloorRate());
        expected.put(key + "commitsPerSecond", point.commitsPerSecond());
        expected.put(key + "walBytesPerRow", point.walBytesPerRow());
        expected.put(key + "walBytesPerSecond", point.walBytesPerSecond());
        expected.put(key + "clientCpuNanos", point.clientCpuNanos());
      }
    }
    expected.values().removeIf(Objects::isNull);
    assertThat(expected).hasSize(44);
    assertThat(figuresUnder("scaling/")).isEqualTo(expected);
    assertThat(opened.dom())
        .contains("Knee: At 8 clients with 4,100 rows/s. Sessions on the primaries waited for")
        .contains("8 (knee)", "Knee: Not reached by 16 clients.");
  }

  @Test
  void eachFaultHasItsOwnTablesAndTheirPhasesSayHowLongTheyLasted() {
    String dom = opened.dom();
    int first = dom.indexOf("Around kill-postgres of worker1 (worker1-a) at 10:02:40 UTC");
    int second = dom.indexOf("Around kill-postgres of coordinator (coordinator-a) at 10:03:05 UTC");
    assertThat(first).isPositive();
    assertThat(second).isGreaterThan(first);
    assertThat(dom.substring(0, first)).contains("data-phase=\"steady\"").doesNotContain("@fault");
    assertThat(dom.substring(first, second))
        .contains("data-phase=\"outage@fault-0\"", "During the outage</b> (5.00 s)")
        .contains("data-phase=\"recovery@fault-0\"", "data-phase=\"after@fault-0\"")
        .doesNotContain("@fault-1");
    assertThat(dom.substring(second))
        .contains("data-phase=\"outage@fault-1\"", "During the outage</b> (3.00 s)")
        .doesNotContain("@fault-0");
  }

  @Test
  void theFirstScreenAnswers() {
    assertThat(opened.dom())
        .contains(
            "✓ Valid run",
            "Processor use (shares of all cores)",
            "The load generator",
            "<td class=\"name\">failover</td><td class=\"name\">faults</td>",
            "-0.0010 %",
            "Citus 13.2.2 distributes the tables.",
            "Under load, a query on one shard answers in",
            "The fastest way in is copy-events with 121,000 rows/s",
            "Longest time without a success: multi-shard 4.21 s (coordinator)",
            "None of 6,312 acknowledged writes was lost; of 14 more nobody can tell");
  }

  @Test
  void anOutageLongerThanTheSettingsExplainIsCalledSo() {
    assertThat(opened.dom())
        .contains(
            "The settings in force let an outage last up to 3 s; that of multi-shard on coordinator"
                + " lasted 4.21 s, longer than the settings explain by 1.21 s.",
            "The settings in force let an outage last up to 13.5 s.<");
  }

  @Test
  void picturesAreDrawnInLightAndDark() throws Exception {
    Path report = run.dir().resolve(Run.REPORT);
    BufferedImage light = screenshot(report, "1280,1700");
    BufferedImage dark = screenshot(report, "1280,1700", "--blink-settings=preferredColorScheme=0");
    for (BufferedImage picture : List.of(light, dark)) {
      assertThat(picture.getHeight()).isEqualTo(1700);
      assertThat(colours(picture, 680, 1060))
          .as("colours of the percentile curves")
          .isGreaterThan(60);
      assertThat(colours(picture, 1370, 1620)).as("colours of the timeline").isGreaterThan(60);
    }
    assertThat(light.getRGB(2, 2) & 0xff).isGreaterThan(240);
    assertThat(dark.getRGB(2, 2) & 0xff).isLessThan(60);
  }

  @Test
  void itAsksTheNetworkForNothingAndIsSmall() throws IOException {
    Path report = run.dir().resolve(Run.REPORT);
    assertThat(Files.size(report)).isLessThan(3L << 20);
    assertThat(Files.readString(report))
        .contains("default-src 'none'", "Permission is hereby granted, free of charge")
        .doesNotContainPattern("(src|href)=\"?(https?:)?//");
  }

  @Test
  void markupInTheDataStaysText() throws Exception {
    String attack = "</script><img src=x onerror=\"document.title='owned'\"><b>bold</b>";
    Manifest head = SampleRun.head();
    Path dir =
        SampleRun.write(
            results.resolve("attacked"), head.invalid(List.of("reason " + attack, "{{data}}")));
    Chromium.Output page = chromium.open(dir.resolve(Run.REPORT), "--dump-dom");
    assertThat(page.dom())
        .contains("INVALID RUN: do not use its figures")
        .contains("reason &lt;/script&gt;&lt;img src=x onerror=")
        .contains("{{data}}")
        .doesNotContain("<b>bold</b>", "<title>owned", "data-problems");
  }

  @Test
  void markupInNamesThatAreAnalysedStaysText() throws Exception {
    String attack = "<img/src=x/onerror=document.title='owned'>";
    String text = "&lt;img/src=x/onerror=document.title='owned'&gt;";
    List<OperationResult> rows = new ArrayList<>();
    for (int i = 1; i <= 8; i++) {
      String variant = "executorPool=" + i + " x=" + attack;
      rows.add(Manifests.fanOut(variant, i, 2.0 * (i % 3), 1_000_000L * i, 100));
      rows.add(
          Manifests.insert(attack, attack, i, i)
              .withUse(Map.of("commits", 1.0), Map.of("wait " + attack, 0.9)));
    }
    Manifest head = SampleRun.head();
    RunFolder folder = RunFolder.create(results.resolve("attacked-analyses"), head);
    folder.contribute("jmh", Contribution.of(rows));
    Path dir = folder.complete(head);
    Chromium.Output page = chromium.open(dir.resolve(Run.REPORT), "--dump-dom");
    assertThat(page.dom())
        .contains("Farthest from the model: executorPool=", " x=" + text + ", measured ")
        .contains(text + ", route " + text)
        .doesNotContain("<title>owned", "data-problems");
  }

  @Test
  void analysesThatCannotBeMadeSayWhy() throws Exception {
    List<OperationResult> rows = new ArrayList<>();
    for (int shards : new int[] {4, 8}) {
      rows.add(Manifests.fanOut(1, 16, shards, null, 1_000_000L * shards));
      rows.add(Manifests.insert("copy-events", "writer", shards, 1_000));
    }
    Manifest head = SampleRun.head();
    RunFolder folder = RunFolder.create(results.resolve("few"), head);
    folder.contribute("jmh", Contribution.of(rows));
    Path dir = folder.complete(head);
    Chromium.Output page = chromium.open(dir.resolve(Run.REPORT), "--dump-dom");
    assertThat(page.dom())
        .contains(
            "No model can be fitted, because the new connections that a statement opened were not")
        .contains("Measured with too few numbers of clients for a knee.")
        .contains("data-drawn=\"2\"")
        .doesNotContain("data-problems");
    assertThat(page.messages().lines().filter(line -> line.contains("CONSOLE"))).isEmpty();
  }

  @Test
  void whatCannotBeShownLeavesNoBarAndNoChart() throws Exception {
    OperationResult thin = Manifests.insert("copy-events", "writer", 4, 1_000);
    List<OperationResult> rows =
        List.of(
            Manifests.row("floor", Source.JMH, "writer", TimePart.SERVICE, Phase.STEADY, 76_500),
            Manifests.fanOut("shards=2", 2, null, 900_000_000, 19),
            thin.withUse(Map.of("commits", 1.0), Map.of()));
    Manifest head = SampleRun.head();
    RunFolder folder = RunFolder.create(results.resolve("thin"), head);
    folder.contribute("jmh", Contribution.of(rows));
    Path dir = folder.complete(head);
    Chromium.Output page = chromium.open(dir.resolve(Run.REPORT), "--dump-dom");
    assertThat(page.dom())
        .contains("<span class=\"bar\"><span class=\"track\"></span><span>–</span></span>")
        .contains("No chart, because this run measured one number of clients")
        .containsPattern("width: 7[.]65%[^>]*>")
        .doesNotContain("data-problems", "id=\"scaling-plot\"");
  }

  @Test
  void aRunWithNothingInItStillOpens() throws Exception {
    Manifest head = SampleRun.head();
    RunFolder folder = RunFolder.create(results.resolve("empty"), head);
    Path dir = folder.complete(head);
    Chromium.Output page = chromium.open(dir.resolve(Run.REPORT), "--dump-dom");
    assertThat(page.dom()).contains("data-drawn=\"0\"").doesNotContain("data-problems");
  }

  @Test
  void theComparisonOpensToo() throws Exception {
    Path page = results.resolve("comparison.html");
    Files.writeString(page, Comparison.of(List.of(run, run), false).html());
    Chromium.Output output = chromium.open(page, "--dump-dom");
    assertThat(output.dom()).contains("Single runs carry no statistics", "lookup-order", "1.00×");
    assertThat(output.messages().lines().filter(line -> line.contains("CONSOLE"))).isEmpty();
  }
}
