package dev.citusbench.gatling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.citusbench.cluster.Cluster;
import dev.citusbench.cluster.StressKind;
import dev.citusbench.results.Endurance;
import dev.citusbench.results.Event;
import dev.citusbench.results.EventLog;
import dev.citusbench.results.Phase;
import dev.citusbench.results.Run;
import dev.citusbench.results.Runs;
import dev.citusbench.session.Settings;
import dev.citusbench.session.Settings.Name;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ladders of one short step on a real cluster, as a command would climb them. */
final class EnduranceIT {
  private static final List<String> PARTS = List.of("cluster", "sql");

  @TempDir Path folder;

  /** JUnit warns of links that lead out of its folder. */
  @AfterEach
  void removeLinks() throws IOException {
    for (String part : PARTS) {
      Files.deleteIfExists(folder.resolve("home").resolve(part));
    }
  }

  @Test
  void eachStressIsClimbedUnderLoadAndNothingOfItIsLeft() throws Exception {
    // A home of its own: a cluster that somebody has up here must not be disturbed.
    Path home = Files.createDirectory(folder.resolve("home"));
    for (String part : PARTS) {
      Files.createSymbolicLink(home.resolve(part), checkout().resolve(part));
    }
    List<StressKind> stresses =
        List.of(StressKind.values()).stream()
            .filter(kind -> PlannedStress.lacking(kind).isEmpty())
            .toList();
    Settings settings =
        Settings.from(new Properties())
            .with(Name.HOME, home.toString())
            .with(Name.QUICK, "true")
            .with(Name.SCALE, "0.01")
            .with(Name.TUNING, "ha-floor")
            .with(Name.RATE, "20")
            .with(Name.WARMUP, "2s")
            .with(Name.STRESS, String.join(",", stresses.stream().map(StressKind::word).toList()))
            .with(Name.STEPS, "2")
            .with(Name.HOLD, "2s")
            .with(Name.REPEAT, "1");
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(GatlingCommand.endurance(settings))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("ends by itself").isTrue();
    } finally {
      process.destroy();
    }
    // A busy machine makes the figures of the steady phase invalid (3), and must not end the rest.
    assertThat(process.exitValue()).as(Files.readString(output)).isIn(0, 3);
    assertThat(Cluster.hasLeftovers(home)).isFalse();
    Run run = Runs.at(home.resolve("results/runs")).find("latest");
    assertThat(run.manifest().invalidReasons()).noneMatch(reason -> reason.contains("ladders"));
    assertThat(run.manifest().unaskedLeaderChanges()).isNotNull();
    assertThat(run.manifest().endurance())
        .extracting(Endurance::stress)
        .containsExactlyElementsOf(stresses.stream().map(StressKind::word).toList());
    assertThat(run.manifest().endurance())
        .allSatisfy(
            each -> {
              assertThat(each.ladder()).containsExactly(2L);
              assertThat(each.member()).isNotEmpty();
              assertThat(each.steps())
                  .singleElement()
                  .satisfies(
                      step -> {
                        assertThat(step.repetitions()).isEqualTo(1);
                        assertThat(step.requests()).isPositive();
                      });
              // A busy machine may have one: what is seen must be told.
              assertThat(each.borne() == null).isNotEqualTo(each.notBorne() == null);
            });
    assertThat(run.manifest().operations())
        .isNotEmpty()
        .allSatisfy(row -> assertThat(row.phase()).isEqualTo(Phase.STEADY));
    assertThat(EventLog.read(run.events()))
        .filteredOn(event -> event.event().equals(Event.STRESS_BEGUN))
        .hasSameSizeAs(stresses);
  }

  private static Path checkout() {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(at.resolve("cluster/tunings"))) {
      at = Objects.requireNonNull(at.getParent(), "the tests run inside a checkout");
    }
    return at;
  }
}
