package dev.citusbench.gatling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.citusbench.results.Engine;
import dev.citusbench.results.Event;
import dev.citusbench.results.EventLog;
import dev.citusbench.results.Manifest;
import dev.citusbench.results.Manifest.Outage;
import dev.citusbench.results.Manifest.PoolUse;
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

/** The failover simulation on a real cluster with short timers, as a command would run it. */
final class FailoverIT {
  private static final List<String> PARTS = List.of("cluster", "sql");
  private static final List<String> POOLS = List.of(Outage.HIKARI, Outage.HIKARI_OVERRIDE);
  private static final List<String> CLIENTS =
      List.of(Outage.PLAIN, Outage.PLAIN_NEW, Outage.HIKARI, Outage.HIKARI_OVERRIDE);

  @TempDir Path folder;

  /** JUnit warns of links that lead out of its folder. */
  @AfterEach
  void removeLinks() throws IOException {
    for (String part : PARTS) {
      Files.deleteIfExists(folder.resolve("home").resolve(part));
    }
  }

  @Test
  void primariesAreKilledUnderLoadAndNoAcknowledgedWriteIsLost() throws Exception {
    // A home of its own: a cluster that somebody has up here must not be broken.
    Path home = Files.createDirectory(folder.resolve("home"));
    for (String part : PARTS) {
      Files.createSymbolicLink(home.resolve(part), checkout().resolve(part));
    }
    Settings settings =
        Settings.from(new Properties())
            .with(Name.HOME, home.toString())
            .with(Name.QUICK, "true")
            .with(Name.SCALE, "0.01")
            .with(Name.TUNING, "ha-floor")
            .with(Name.RATE, "20")
            .with(Name.WARMUP, "2s");
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(GatlingCommand.failover(settings))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("ends by itself").isTrue();
    } finally {
      process.destroy();
    }
    Run run = Runs.at(home.resolve("results/runs")).find("latest");
    // A busy machine makes the figures invalid, and must not make the faults fail.
    assertThat(process.exitValue())
        .as(Files.readString(output))
        .isEqualTo(run.manifest().valid() ? 0 : 3);
    List<Manifest.FaultResult> faults = run.manifest().faults();
    assertThat(faults)
        .extracting(Manifest.FaultResult::target)
        .containsExactly("worker1", "coordinator");
    assertThat(run.manifest().generators())
        .extracting(Manifest.Generator::span)
        .containsExactly(Manifest.Generator.Span.STEADY, Manifest.Generator.Span.FAULTS);
    assertThat(run.manifest().generators().get(1))
        .satisfies(generator -> assertThat(generator.due()).isPositive())
        .satisfies(generator -> assertThat(generator.sent()).isEqualTo(generator.due()))
        .satisfies(generator -> assertThat(generator.hiccupMaxNanos()).isPositive());
    // A busy machine may have some: that somebody looked is what must hold.
    assertThat(run.manifest().unaskedLeaderChanges()).isNotNull();
    for (Manifest.FaultResult fault : faults) {
      assertThat(fault.writes().leftOverTransactions()).isNotNull();
      assertThat(fault.writes().acknowledged()).isPositive();
      assertThat(fault.writes().lost()).isZero();
      assertThat(fault.writes().ghost()).isZero();
      int group = fault.target().equals("coordinator") ? 0 : 1;
      for (String client : CLIENTS) {
        assertThat(fault.outages())
            .as(client)
            .filteredOn(outage -> outage.client().equals(client))
            .filteredOn(outage -> outage.probe().equals("write") && outage.group() == group)
            .singleElement()
            .satisfies(outage -> assertThat(outage.millis()).isBetween(50.0, 60_000.0));
      }
      assertThat(fault.outages())
          .filteredOn(outage -> outage.client().equals(Outage.PLAIN) && outage.group() == group)
          .extracting(Outage::probe)
          .contains("write", "read");
      assertThat(fault.pools()).extracting(PoolUse::client).containsExactlyElementsOf(POOLS);
      assertThat(fault.blastRadius())
          .extracting(row -> row.tenants() + " " + row.access() + " " + row.hit())
          .contains(group == 1 ? "worker1 read true" : "worker1 read false");
      assertThat(fault.blastRadius()).anyMatch(row -> row.failed() + row.late() > 0);
      assertThat(fault.debt())
          .satisfies(debt -> assertThat(debt.watchedMillis()).isGreaterThan(1_000));
      assertThePhasesAreTheOutage(fault, group, run.manifest().engine().name());
    }
    List<Manifest.OperationResult> rows = run.manifest().operations();
    assertThat(rows)
        .filteredOn(row -> row.fault() == null)
        .isNotEmpty()
        .allSatisfy(row -> assertThat(row.phase()).isEqualTo(Phase.STEADY));
    for (int fault = 0; fault < faults.size(); fault++) {
      int index = fault;
      assertThat(rows)
          .filteredOn(row -> Objects.equals(row.fault(), index))
          .extracting(Manifest.OperationResult::phase)
          .contains(Phase.OUTAGE, Phase.RECOVERY, Phase.AFTER)
          .doesNotContain(Phase.STEADY, Phase.WARM_UP);
      assertThat(EventLog.read(run.events()))
          .filteredOn(event -> event.text(Event.FAULT).equals(faults.get(index).target()))
          .filteredOn(event -> event.event().equals(Event.PHASE))
          .extracting(event -> event.text("phase"))
          .containsSubsequence("outage", "recovery", "after");
    }
  }

  private static void assertThePhasesAreTheOutage(
      Manifest.FaultResult fault, int group, Engine engine) {
    Outage write =
        fault.outages().stream()
            .filter(outage -> outage.client().equals(Outage.PLAIN))
            .filter(outage -> outage.probe().equals("write") && outage.group() == group)
            .findFirst()
            .orElseThrow();
    List<String> names = fault.phases().stream().map(Manifest.FaultPhase::name).toList();
    // Where no standby may take over, as on a slow day, Patroni starts the same member again.
    List<String> layers =
        names.contains("elect")
            ? List.of("detect", "release", "elect", "promote")
            : List.of("detect", "restart");
    assertThat(names).as("%s", fault.phases()).containsSubsequence(layers);
    assertThat(names).endsWith("client", Manifest.FaultPhase.UNEXPLAINED);
    // Only Citus reaches a worker past HAProxy, at the address in its metadata.
    assertThat(names).doesNotContain(group > 0 && engine == Engine.CITUS ? "proxy" : "metadata");
    assertThat(fault.phases()).allSatisfy(phase -> assertThat(phase.millis()).isNotNegative());
    assertThat(fault.phases().stream().mapToDouble(Manifest.FaultPhase::millis).sum())
        .isCloseTo(write.millis(), within(0.01));
    double unexplained = fault.phases().get(fault.phases().size() - 1).millis();
    assertThat(unexplained)
        .as("%s", fault.phases())
        .isLessThanOrEqualTo(Math.max(50, 0.05 * write.millis()));
    assertThat(fault.milestones())
        .extracting(Manifest.Milestone::name)
        .containsExactly(Manifest.Milestone.STRAGGLER);
  }

  private static Path checkout() {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(at.resolve("cluster/tunings"))) {
      at = Objects.requireNonNull(at.getParent(), "the tests run inside a checkout");
    }
    return at;
  }
}
