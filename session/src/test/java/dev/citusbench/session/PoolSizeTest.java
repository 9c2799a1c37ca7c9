package dev.citusbench.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.citusbench.cluster.Tuning;
import dev.citusbench.results.BenchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PoolSizeTest {
  @TempDir Path home;

  @BeforeEach
  void makeHome() throws IOException {
    Files.createDirectories(home.resolve("sql/operations"));
    Files.createDirectories(home.resolve("cluster/tunings"));
    Files.writeString(
        home.resolve("cluster/tunings/ha-default.yaml"),
        """
        why: a test
        postgres:
          max_connections: 50
        pool:
          maximumPoolSize: 12
        """);
  }

  private Settings settings(String... connections) {
    Properties properties = new Properties();
    properties.setProperty("bench.home", home.toString());
    for (String value : connections) {
      properties.setProperty("bench.connections", value);
    }
    return Settings.from(properties);
  }

  @Test
  void whatIsGivenComesBeforeTheTuning() {
    Tuning tuning = Tuning.load(home, "ha-default");
    assertThat(PoolSize.of(settings(), tuning)).isEqualTo(12);
    assertThat(PoolSize.of(settings("20"), tuning)).isEqualTo(20);
  }

  @Test
  void aPoolThatTheServerHasNoRoomForIsRefusedWithTheMost() {
    Tuning tuning = Tuning.load(home, "ha-default");
    Room.ofTuning(tuning).check(PoolSize.demand(settings("38")));
    assertThatThrownBy(() -> Room.ofTuning(tuning).check(PoolSize.demand(settings("39"))))
        .isInstanceOf(BenchException.class)
        .hasMessage(
            "the pool needs 39 connections over route writer, and the server has room for 38"
                + " (max_connections 50 of tuning ha-default, 3 of them reserved and 9 of the daemons):"
                + " take --connections 38 or fewer");
  }

  @Test
  void whoMeasuresBesideThePoolTakesOfItsRoom() {
    Tuning tuning = Tuning.load(home, "ha-default");
    Room.ofTuning(tuning).check(PoolSize.demand(settings("8")).with(30, "the probes"));
    assertThatThrownBy(
            () ->
                Room.ofTuning(tuning).check(PoolSize.demand(settings("9")).with(30, "the probes")))
        .isInstanceOf(BenchException.class)
        .hasMessageStartingWith(
            "the pool with 30 of the probes beside it needs 39 connections over route writer,"
                + " and the server has room for 38")
        .hasMessageEndingWith("take --connections 8 or fewer");
    assertThatThrownBy(
            () ->
                Room.ofTuning(tuning).check(PoolSize.demand(settings("1")).with(38, "the probes")))
        .isInstanceOf(BenchException.class)
        .hasMessageEndingWith(
            "take a tuning with a larger max_connections, the probes need 38 alone");
  }
}
