package dev.citusbench.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HelpTest {
  @Test
  void theHelpHasTheSettingsAndTheDefaultsThatAreNotJmhs() {
    assertThat(Main.help())
        .contains(
            "-Dbench.engine=", "-Dbench.runtime=", "-Dbench.url.writer=", "-Dbench.url.reader=")
        .contains("-Dbench.url.direct=", "-Dbench.load=", "-Dbench.tuning=", "-Dbench.home=")
        .contains(
            "-f 3 -wi 3 -w 1s -i 5 -r 1s; with -Dbench.quick=true -f 1 -wi 1 -w 1s -i 2 -r 1s")
        .doesNotContain("-Dbench.rate", "-Dbench.folder");
  }

  @Test
  void ourHelpStandsBeforeJmhsWhichIsNamedAsSuch() throws Exception {
    PrintStream stdout = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    try {
      assertThat(Main.run(new String[] {"--help"})).isZero();
    } finally {
      System.setOut(stdout);
    }
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .startsWith("Settings of the suite")
        .containsSubsequence("Defaults of the suite", "JMH's own help", "Usage: java -jar", "-wi");
  }
}
