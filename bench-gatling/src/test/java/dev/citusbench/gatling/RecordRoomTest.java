package dev.citusbench.gatling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.citusbench.cluster.FaultKind;
import dev.citusbench.cluster.FaultTarget;
import dev.citusbench.cluster.StressKind;
import dev.citusbench.cluster.Tuning;
import dev.citusbench.results.BenchException;
import dev.citusbench.results.Engine;
import dev.citusbench.session.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RecordRoomTest {
  /** A home where no cluster is up. */
  @TempDir Path home;

  @BeforeEach
  void makeHome() throws IOException {
    Files.createDirectories(home.resolve("sql/operations"));
    Path tunings = Files.createDirectories(home.resolve("cluster/tunings"));
    Files.writeString(
        tunings.resolve("ha-default.yaml"),
        """
        why: a test
        patroni:
          ttl: 30
          loop_wait: 10
          retry_timeout: 10
          primary_start_timeout: 0
        """);
  }

  private Settings settings(String... settings) {
    Properties properties = new Properties();
    properties.setProperty("bench.home", home.toString());
    for (int i = 0; i < settings.length; i += 2) {
      properties.setProperty("bench." + settings[i], settings[i + 1]);
    }
    return Settings.from(properties);
  }

  private void isRefused(String setting, String... settings) {
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(() -> RecordRoom.ofChild().checkFailover(settings(settings)))
        .withMessageContaining("lower bench.rate or " + setting)
        .satisfies(e -> assertThat(e.kind()).isEqualTo(BenchException.Kind.USAGE));
  }

  @Test
  void theDefaultsFitIntoTheHeapOfTheCommandThatIsStarted() {
    RecordRoom.ofChild().checkSteady(settings());
    RecordRoom.ofChild().checkFailover(settings());
    assertThat(GatlingCommand.JVM_FLAGS)
        .contains("-Xmx" + RecordRoom.ofChild().heapBytes() / (1 << 20) + "m");
  }

  @Test
  void aLoadLastsAsLongAsItsFaultsMayAndNotOnlyTheQuietTimeBeforeThem() {
    isRefused("bench.repeat", "rate", "100000", "quick", "true");
    isRefused("bench.repeat", "repeat", "1000");
    RecordRoom.ofChild().checkFailover(settings("repeat", "50"));
  }

  @Test
  void aFaultThatIsHeldForAnHourTakesItsRoom() {
    isRefused("bench.repeat", "rate", "500", "repeat", "5", "fault", "kill-node", "hold", "1h");
    RecordRoom.ofChild().checkFailover(settings("rate", "500", "fault", "kill-node"));
  }

  @Test
  void aFreezeIsCountedOnceHoweverLongItsOutageMayBe() {
    FaultTimes times =
        FaultTimes.of(
            settings("fault", "freeze-node", "hold", "1h"),
            Tuning.load(home, "ha-default"),
            Engine.CITUS);
    PlannedFault freeze = new PlannedFault(FaultKind.FREEZE_NODE, FaultTarget.primaryOf(1));
    assertThat(times.predicted(freeze).max()).isGreaterThan(3_600_000);
    assertThat(times.recoveryBound(freeze))
        .isEqualTo(Duration.ofMillis(3_600_000 + 2 * (30_500 + 2_000 + 1_000 + 10_000) + 60_000));
  }

  @Test
  void aLoadBesideStressLastsAsLongAsItsLaddersMay() {
    RecordRoom.ofChild().checkEndurance(settings("stress", "pause,load"));
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(
            () ->
                RecordRoom.ofChild()
                    .checkEndurance(settings("stress", "load", "rate", "500", "hold", "1h")))
        .withMessageContaining("lower bench.rate or bench.repeat or bench.hold")
        .satisfies(e -> assertThat(e.kind()).isEqualTo(BenchException.Kind.USAGE));
  }

  @Test
  void aLadderMayTakeOfEachStepItsWaitItsTimeAndItsWatchAndARecovery() {
    Settings settings = settings("steps", "1000,2000", "repeat", "3");
    StressTimes times = StressTimes.of(settings, Tuning.load(home, "ha-default"));
    PlannedStress pause = new PlannedStress(StressKind.PAUSE, FaultTarget.primaryOf(0));
    long steps = 3 * (10 + 1 + 15 + 13) + 3 * (10 + 2 + 15 + 13);
    assertThat(times.longest(List.of(pause)))
        .isEqualTo(Duration.ofSeconds(steps + 4 * (2 * 30 + 90)));
  }

  @Test
  void ofAllFaultsThoseThatCannotBeTakeNoRoom() {
    RecordRoom.ofChild().checkFailover(settings("fault", "all", "target", "all"));
  }

  @Test
  void aFaultMayTakeItsWaitsTheLoopTwiceItsPredictionAndTheTimeToReadBack() {
    FaultTimes times = FaultTimes.of(settings(), Tuning.load(home, "ha-default"), Engine.SINGLE);
    PlannedFault kill = new PlannedFault(FaultKind.KILL_POSTGRES, FaultTarget.primaryOf(0));
    Duration one =
        Duration.ofSeconds(3 + 15 + 10 + 60 + 15 + 20 + 15)
            .plusMillis((long) (2 * times.predicted(kill).max()));
    assertThat(times.longest(List.of(kill))).isEqualTo(one);
    assertThat(times.longest(List.of(kill, kill))).isEqualTo(one.multipliedBy(2));
    assertThat(times.hold(kill)).isZero();
  }
}
