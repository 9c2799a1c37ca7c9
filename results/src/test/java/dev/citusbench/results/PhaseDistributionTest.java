package dev.citusbench.results;

import static org.assertj.core.api.Assertions.assertThat;

import dev.citusbench.results.Manifest.FaultPhase;
import dev.citusbench.results.Manifest.FaultResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PhaseDistributionTest {
  private static FaultResult fault(String target, Object... phases) {
    List<FaultPhase> all = new ArrayList<>();
    for (int i = 0; i < phases.length; i += 2) {
      all.add(new FaultPhase((String) phases[i], ((Number) phases[i + 1]).doubleValue()));
    }
    return new FaultResult(
        "kill-postgres",
        target,
        target + "-a",
        Instant.EPOCH,
        List.of(new Manifest.Outage("write", 1, 1_000, 20, Map.of())),
        all,
        new Manifest.Predicted(0, 0),
        new Manifest.Writes(0, 0, 0, 0, 0));
  }

  private static List<PhaseDistribution> of(FaultResult... faults) {
    return PhaseDistribution.of(
        Manifests.head(Instant.EPOCH, "ha-fast")
            .with(List.of(), List.of(faults), List.of(), List.of(), List.of()));
  }

  @Test
  void aPhaseThatOneOfThemHasNotCountsAsNothingThere() {
    List<PhaseDistribution> all =
        of(
            fault("worker1", "detect", 100, "metadata", 300, "client", 20),
            fault("coordinator", "client", 7),
            fault("worker1", "detect", 200, "client", 40));
    assertThat(all)
        .extracting(PhaseDistribution::fault)
        .containsExactly("kill-postgres of worker1", "kill-postgres of coordinator");
    assertThat(all.get(0).parts())
        .containsExactly(
            new PhaseDistribution.Part("detect", 2, 150, 200),
            new PhaseDistribution.Part("metadata", 1, 150, 300),
            new PhaseDistribution.Part("client", 2, 30, 40));
  }

  @Test
  void phasesStandInTheOrderOfTimeAndUnknownOnesLast() {
    assertThat(
            of(
                    fault("worker1", "promote", 1, "later", 1, "client", 1),
                    fault("worker1", "before", 1, "detect", 1, "promote", 1, "client", 1))
                .get(0)
                .parts())
        .extracting(PhaseDistribution.Part::name)
        .containsExactly("before", "detect", "promote", "client", "later");
  }

  @Test
  void theCostliestIsNamedWithWhatShortensIt() {
    assertThat(of(fault("worker1", "lease", 19_000, "elect", 100)).get(0).costliest())
        .isEqualTo(
            "Most of it is lease, 19.0 s in the median; what shortens it: ttl (layer patroni).");
    assertThat(of(fault("worker1", "detect", 20, "promote", 100)).get(0).costliest())
        .isEqualTo(
            "Most of it is promote, 100 ms in the median; no setting of a tuning is known to shorten"
                + " it.");
  }

  @Test
  void phasesOfOlderRunsSayNeitherSourceNorResolution(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("phase.json");
    Files.writeString(file, "{\"name\":\"client\",\"millis\":5.5}");
    assertThat(Json.read(file, FaultPhase.class)).isEqualTo(new FaultPhase("client", 5.5));
  }

  @Test
  void faultsWithoutPhasesHaveNone() {
    assertThat(of(fault("worker1"))).isEmpty();
  }
}
