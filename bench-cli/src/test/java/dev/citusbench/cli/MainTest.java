package dev.citusbench.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.citusbench.session.Settings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class MainTest {
  @TempDir Path home;

  private final StringWriter err = new StringWriter();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final PrintStream standardOutput = System.out;

  @BeforeEach
  void makeHome() throws IOException {
    Files.createDirectories(home.resolve("cluster/tunings"));
    Files.createDirectories(home.resolve("sql/operations"));
    Files.writeString(home.resolve("cluster/tunings/ha-default.yaml"), "why: a test\n");
    System.setProperty("bench.home", home.toString());
    System.setOut(new PrintStream(out, true, UTF_8));
  }

  @AfterEach
  void forgetHome() {
    System.clearProperty("bench.home");
    System.setOut(standardOutput);
  }

  private int bench(String... args) {
    CommandLine commandLine = Main.commandLine();
    commandLine.setErr(new PrintWriter(err, true));
    return commandLine.execute(args);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rnu                              | did you mean 'run'",
        "run --tunign x                   | did you mean '--tuning'",
        "run --tuning ha-defualt          | did you mean 'ha-default'",
        "run --tuning xyz                 | unknown tuning 'xyz': there are ha-default",
        "load --rate 5                    | --rate",
        "up --scale 1                     | --scale",
        "gatling --simulation failover --duration 5s | --duration is of the simulation steady",
        "frobnicate                       | unknown command 'frobnicate': there are run",
        "run --engine cytus               | did you mean 'citus'",
        "run --scale 0                    | --scale 0",
        "run --scale -1                   | --scale -1",
        "load --scale -1                  | --scale -1",
        "run --duration forever           | --duration forever",
        "gatling --simulation stedy       | unknown value of --simulation 'stedy': did you mean 'steady'? (steady, failover)",
        "compare latest x --format xml    | unknown value of --format 'xml': did you mean 'html'? (text, json, csv, html)",
        "tset                             | did you mean 'test'",
        "show 20200101                    | unknown run '20200101'",
        "compare latest                   | CANDIDATE",
        "compare latest 20200101          | unknown run 'latest'",
        "gatling --rate 0                 | --rate 0",
        "gatling --rate -5                | --rate -5",
        "run --rate 1e9                   | --rate 1e9",
        "run --rate 100000                | lower bench.rate or bench.duration",
        "run --quick --rate 100000        | lower bench.rate or bench.repeat",
        "gatling --rate 40000             | 40000 requests/s for up to 150 s, warm-up included, take 336 MB to record",
        "gatling --simulation failover --rate 100000 | lower bench.rate or bench.repeat",
        "failover --rate 100 --repeat 1000 | lower bench.rate or bench.repeat",
        "run --runtime atach              | did you mean 'attach'",
        "run --runtime attach             | --url writer=jdbc:postgresql://",
        "load --url wirter=jdbc:x         | did you mean 'writer'",
        "gatling --url jdbc:postgresql://h/d | --url writer=",
        "run --url writer=postgres://h/d  | must be jdbc:postgresql://HOST",
        "jmh --url writer=jdbc:postgresql://h/d?password=x | PGPASSWORD",
        "run --url writer=jdbc:postgresql://127.0.0.1:1/d | sql/operations holds no operation",
        "load --url writer=jdbc:postgresql://127.0.0.1:1/d | does not answer",
        "up --runtime attach              | up starts a cluster of our own",
        "up --network netsn               | did you mean 'netns'",
        "up --disk 2G                     | --disk 2G: must be none, or 1GB to 1024GB",
        "up --disk 100MB                  | --disk 100MB: must be",
        "run --disk 2GB --url writer=jdbc:postgresql://h/d | --disk is for the members of a cluster of our own",
        "run --network netns --url writer=jdbc:postgresql://h/d | --network joins the members of a cluster of our own",
        "up --url writer=jdbc:postgresql://h/d | Unknown options: '--url'",
        "load                             | no cluster is up",
      })
  void badInputIsAnsweredInTwoLinesAndExitsWithTwo(String args, String answer) throws IOException {
    assertThat(bench(args.strip().split(" "))).isEqualTo(2);
    assertThat(err.toString()).contains(answer.strip()).doesNotContain("\tat ");
    assertThat(err.toString().lines().count()).isLessThanOrEqualTo(2);
    assertThat(home.resolve("results")).doesNotExist();
    assertThat(home.resolve(".bench/cluster.json")).doesNotExist();
  }

  @Test
  void statusWithoutAClusterSaysSoAndIsNoError() {
    assertThat(bench("status")).isZero();
    assertThat(out.toString(UTF_8))
        .isEqualToIgnoringNewLines("no cluster is up; start one with ./bench up");
    out.reset();

    assertThat(bench("status", "--json")).isZero();
    JsonNode document = JsonMapper.builder().build().readTree(out.toString(UTF_8));
    assertThat(document.get("up").asBoolean()).isFalse();
    assertThat(document.get("ready").asBoolean()).isFalse();
    assertThat(document.get("reasons").get(0).asString()).contains("no cluster is up");
    assertThat(err.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"show", "report"})
  void theHelpSaysWhichRunIsTakenWithoutOne(String command) {
    assertThat(
            Objects.requireNonNull(Main.commandLine().getSubcommands().get(command))
                .getUsageMessage())
        .containsPattern("without\\s+RUN\\s+(those|that)\\s+of\\s+the\\s+newest");
  }

  @Test
  void aBrokenRunIsNamedAndTheOthersAreListed() throws IOException {
    Path broken = home.resolve("results/runs/20260101T000000Z-run-citus-ha-default");
    Files.createDirectories(broken);
    Files.writeString(broken.resolve("run.json"), "{ \"schema\": 1, \"id\": 7x }");

    assertThat(bench("show", "20260101T000000Z-run-citus-ha-default")).isEqualTo(2);
    assertThat(err.toString()).contains("run.json").doesNotContain("\tat ");
    assertThat(bench("list")).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "run, engine network disk runtime load tuning scale seed quick rate arrivals warmup duration connections workers",
    "gatling, engine network disk runtime load tuning scale seed quick rate arrivals warmup duration connections workers",
    "up, engine network disk tuning quick",
    "load, runtime scale seed quick",
    "status, ''",
  })
  void aCommandTakesTheSettingsThatItUsesAndSaysTheirDefaults(String command, String used) {
    Map<String, CommandLine.Model.OptionSpec> options =
        Objects.requireNonNull(Main.commandLine().getSubcommands().get(command))
            .getCommandSpec()
            .optionsMap();
    for (Settings.Name name : Settings.Name.values()) {
      CommandLine.Model.OptionSpec option = options.get("--" + name.label());
      if (!List.of(used.split(" ")).contains(name.label())) {
        assertThat(option == null || option.hidden()).as(name.label()).isTrue();
      } else if (name != Settings.Name.QUICK) {
        assertThat(Objects.requireNonNull(option).description()[0])
            .contains(name.range(), name.defaultText());
      }
    }
  }

  @Test
  void theHelpListsTheLaunchersCommandsAndAllExitCodes() {
    String help = Main.commandLine().getUsageMessage();
    assertThat(help).contains("test [MAVEN ARG", "--yes");
    for (int code : new int[] {0, 1, 2, 3, 4, 5, 70}) {
      assertThat(help).containsPattern("(?m)^ +" + code + "  ");
    }
  }

  @Test
  void anOperationWithoutItsPlanStartsNothing() throws IOException {
    Files.writeString(
        home.resolve("sql/operations/lookup.sql"), "-- purpose: a\n-- kind: query\n\nselect 1;\n");

    assertThat(bench("run")).isEqualTo(2);
    assertThat(err.toString())
        .contains("lookup.sql:1: the header lacks a line '-- plan: ")
        .hasLineCount(1);
    assertThat(home.resolve("results")).doesNotExist();
    assertThat(home.resolve(".bench/cluster.json")).doesNotExist();
  }

  @Test
  void aPoolLargerThanTheTuningAllowsStartsNothing() throws IOException {
    Files.writeString(
        home.resolve("sql/operations/lookup.sql"),
        "-- purpose: a\n-- kind: query\n-- plan: router\n\nselect 1;\n");

    assertThat(bench("run", "--connections", "500")).isEqualTo(2);
    assertThat(err.toString())
        .contains("84 of the probes beside it", "--connections 4 or fewer")
        .hasLineCount(1);
    assertThat(home.resolve("results")).doesNotExist();
    assertThat(home.resolve(".bench/cluster.json")).doesNotExist();
  }

  @Test
  void noCommandIsAnsweredWithWhereToLook() {
    assertThat(bench()).isEqualTo(2);
    assertThat(err.toString()).contains("--help");
  }
}
