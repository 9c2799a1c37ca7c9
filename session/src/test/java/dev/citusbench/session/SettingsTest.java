package dev.citusbench.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.citusbench.cluster.StressKind;
import dev.citusbench.results.BenchException;
import dev.citusbench.results.Engine;
import dev.citusbench.results.RuntimeKind;
import dev.citusbench.session.Settings.Name;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SettingsTest {
  @TempDir Path home;

  @BeforeEach
  void makeHome() throws IOException {
    Files.createDirectories(home.resolve("cluster/tunings"));
    Files.createDirectories(home.resolve("sql/operations"));
  }

  private Settings settings(String... pairs) {
    Properties properties = new Properties();
    properties.setProperty("bench.home", home.toString());
    properties.setProperty("java.version", "17");
    for (int i = 0; i < pairs.length; i += 2) {
      properties.setProperty("bench." + pairs[i], pairs[i + 1]);
    }
    return Settings.from(properties);
  }

  @Test
  void nothingGivenMeansTheDefaults() {
    Settings settings = settings();
    assertThat(settings.engine()).isNull();
    assertThat(settings.runtime()).isEqualTo(RuntimeKind.NATIVE);
    assertThat(settings.tuning()).isEqualTo("ha-default");
    assertThat(settings.scale()).isEqualTo(1);
    assertThat(settings.duration()).isEqualTo(Duration.ofMinutes(2));
  }

  @Test
  void quickShortensWhatIsNotGiven() {
    Settings settings = settings("quick", "true", "duration", "1.5m");
    assertThat(settings.scale()).isEqualTo(0.1);
    assertThat(settings.warmup()).isEqualTo(Duration.ofSeconds(5));
    assertThat(settings.duration()).isEqualTo(Duration.ofSeconds(90));
  }

  @Test
  void aHoldIsRefusedForFaultsThatLeaveNothingToUndo() {
    assertThatThrownBy(() -> settings("hold", "5s", "fault", "kill-node,switchover"))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("--hold 5s: switchover leaves nothing to undo")
        .hasMessageContaining("kill-node, freeze-node");
    assertThatThrownBy(() -> settings("hold", "5s")).hasMessageContaining("kill-postgres leaves");
    assertThat(settings("hold", "5s", "fault", "freeze-node").hold())
        .contains(Duration.ofSeconds(5));
    assertThat(settings("hold", "5s", "fault", "all").hold()).contains(Duration.ofSeconds(5));
  }

  @Test
  void aHoldIsOfTheStressesWhereThereAreSome() {
    assertThat(settings("hold", "5s", "stress", "load").hold()).contains(Duration.ofSeconds(5));
  }

  @Test
  void stressesAndTheirStepsAreReadInTheirOrder() {
    assertThat(settings("stress", "etcd-disk, pause").stresses())
        .containsExactly(StressKind.ETCD_DISK, StressKind.PAUSE);
    assertThat(settings().stresses()).containsExactly(StressKind.values());
    assertThat(settings("stress", "all").isEveryStress()).isTrue();
    assertThat(settings("steps", "5, 10,250").steps()).contains(List.of(5L, 10L, 250L));
    assertThat(settings().steps()).isEmpty();
  }

  @Test
  void engineIsReadByItsName() {
    assertThat(settings("engine", "fdw").engine()).isEqualTo(Engine.FDW);
    assertThat(settings("engine", "auto").engine()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "scale, 0, 0.01 to 100",
    "scale, -1, 0.01 to 100",
    "scale, NaN, 0.01 to 100",
    "scale, lots, 0.01 to 100",
    "rate, 0, 1 to",
    "rate, -5, 1 to",
    "rate, 1e9, 1 to",
    "duration, 0s, a duration",
    "duration, 30, a duration",
    "duration, 25h, a duration",
    "warmup, soon, a duration",
    "connections, 0, 1 to 1",
    "connections, 2.5, 1 to 1",
    "workers, 0, 1 to 2",
    "workers, 2001, 1 to 2",
    "seed, 1.5, 64-bit",
    "quick, maybe, true or false",
    "steps, '', growing whole numbers",
    "steps, 1s, growing whole numbers",
    "steps, '5,5', growing whole numbers",
    "steps, '9,5', growing whole numbers",
    "steps, 0, growing whole numbers",
  })
  void aValueOutOfRangeIsRefusedWithItsRange(String name, String value, String range) {
    assertThatThrownBy(() -> settings(name, value))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("--" + name + " " + value)
        .hasMessageContaining(range);
  }

  @ParameterizedTest
  @CsvSource({
    "engine, cytus, citus",
    "runtime, nativ, native",
    "arrivals, poison, poisson",
    "stress, paus, pause"
  })
  void aMisspeltWordIsAnsweredWithTheNearestOne(String name, String value, String nearest) {
    assertThatThrownBy(() -> settings(name, value))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("did you mean '" + nearest + "'");
  }

  @Test
  void thereAreAtLeastAsManyWorkersAsConnections() {
    assertThat(settings("connections", "16").workers()).isEqualTo(200);
    assertThat(settings("connections", "300").workers()).isEqualTo(300);
    assertThat(settings("connections", "300", "workers", "300").workers()).isEqualTo(300);
    assertThatThrownBy(() -> settings("connections", "300", "workers", "299").workers())
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("bench.workers=299 is below bench.connections=300");
  }

  @Test
  void anUnknownPropertyIsAnsweredWithTheNearestOne() {
    assertThatThrownBy(() -> settings("tunign", "ha-default"))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("bench.tunign")
        .hasMessageContaining("did you mean 'bench.tuning'");
  }

  @Test
  void aFolderThatIsNoCheckoutIsNamed() {
    assertThatThrownBy(() -> settings("home", "/nowhere"))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("/nowhere");
  }

  @Test
  void childrenAreGivenTheSameSettings() {
    Settings parent = settings("scale", "0.5", "engine", "single");
    Properties properties = new Properties();
    for (String option : parent.asJvmOptions()) {
      String[] pair = option.substring(2).split("=", 2);
      properties.setProperty(pair[0], pair[1]);
    }
    Settings child = Settings.from(properties);
    assertThat(child.scale()).isEqualTo(0.5);
    assertThat(child.engine()).isEqualTo(Engine.SINGLE);
    assertThat(child.home()).isEqualTo(parent.home());
    assertThat(child.isGiven(Name.RATE)).isFalse();
  }

  @Test
  void aUrlMeansThatTheClusterIsOthers() {
    Settings settings =
        settings(
            "url.reader", "jdbc:postgresql://b/d?user=u",
            "url.writer", "jdbc:postgresql://a/d?user=u",
            "load", "true");
    assertThat(settings.runtime()).isEqualTo(RuntimeKind.ATTACH);
    assertThat(settings.urls()).containsOnlyKeys("writer", "reader");
    assertThat(settings.load()).isTrue();
    assertThat(settings.asJvmOptions())
        .contains("-Dbench.url.writer=jdbc:postgresql://a/d?user=u", "-Dbench.load=true");
    assertThat(settings().describe()).doesNotContain("url");
  }

  @Test
  void howOthersSetUpTheirClusterIsUnknown() {
    assertThat(settings("url.writer", "jdbc:postgresql://a/d?user=u").inForce())
        .containsEntry("network", "unknown")
        .containsEntry("disk", "unknown")
        .containsEntry("tuning", "unknown");
    assertThat(settings().inForce())
        .containsEntry("network", "loopback")
        .containsEntry("disk", "none")
        .containsEntry("tuning", "ha-default");
  }

  @Test
  void attachingNeedsTheWriterAndNoTuning() {
    assertThatThrownBy(() -> settings("runtime", "attach"))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("--url writer=jdbc:postgresql://");
    assertThatThrownBy(() -> settings("url.reader", "jdbc:postgresql://a/d"))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("--url writer=");
    assertThatThrownBy(() -> settings("runtime", "native", "url.writer", "jdbc:postgresql://a/d"))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("--runtime attach");
    assertThatThrownBy(
            () -> settings("url.writer", "jdbc:postgresql://a/d", "tuning", "ha-default"))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("--tuning");
    assertThatThrownBy(() -> settings("url.wirter", "jdbc:postgresql://a/d"))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("did you mean 'bench.url.writer'");
    assertThatThrownBy(() -> Settings.url("wirter"))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("unknown route 'wirter': did you mean 'writer'");
  }

  @Test
  void aPasswordInAUrlIsNeitherTakenNorRepeated() {
    assertThatThrownBy(() -> settings("url.writer", "jdbc:postgresql://a/d?password=hunter2"))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("PGPASSWORD")
        .hasMessageNotContaining("hunter2");
  }
}
