package dev.citusbench.gatling;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SimulationTest {
  @TempDir Path folder;

  @Test
  void aSimulationRunsToItsEndAndRecordsEachRequestOnce() throws Exception {
    Path result = folder.resolve("result");
    Path output = folder.resolve("output");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "-Dstub.result=" + result,
            "-cp",
            System.getProperty("java.class.path"),
            "io.gatling.app.Gatling",
            "-s",
            StubSimulation.class.getName(),
            "-rf",
            folder.resolve("gatling").toString());
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    System.out.println(Files.readString(output));
    System.out.println(Files.readString(result));
    assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    assertThat(Files.readString(result)).startsWith("ended 1200,");
  }
}
