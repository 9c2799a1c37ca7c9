package dev.citusbench.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

final class MainTest {
  @TempDir Path home;

  private final StringWriter err = new StringWriter();

  @BeforeEach
  void makeHome() throws IOException {
    Files.createDirectories(home.resolve("cluster/tunings"));
    Files.createDirectories(home.resolve("sql/operations"));
    Files.writeString(home.resolve("cluster/tunings/ha-default.yaml"), "why: a test\n");
    System.setProperty("bench.home", home.toString());
  }

  @AfterEach
  void forgetHome() {
    System.clearProperty("bench.home");
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
        "run --engine cytus               | did you mean 'citus'",
        "run --scale 0                    | --scale 0",
        "run --scale -1                   | --scale -1",
        "load --scale -1                  | --scale -1",
        "run --duration forever           | --duration forever",
        "gatling --simulation stedy       | expected one of [STEADY, FAILOVER]",
        "show 20200101                    | unknown run '20200101'",
        "compare latest                   | CANDIDATE",
        "compare latest 20200101          | unknown run 'latest'",
        "status                           | no cluster is up",
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
  void aBrokenRunIsNamedAndTheOthersAreListed() throws IOException {
    Path broken = home.resolve("results/runs/20260101T000000Z-run-citus-ha-default");
    Files.createDirectories(broken);
    Files.writeString(broken.resolve("run.json"), "{ \"schema\": 1, \"id\": 7x }");

    assertThat(bench("show", "20260101T000000Z-run-citus-ha-default")).isEqualTo(2);
    assertThat(err.toString()).contains("run.json").doesNotContain("\tat ");
    assertThat(bench("list")).isEqualTo(2);
  }

  @Test
  void noCommandIsAnsweredWithWhereToLook() {
    assertThat(bench()).isEqualTo(2);
    assertThat(err.toString()).contains("--help");
  }
}
