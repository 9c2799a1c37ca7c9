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
    PoolSize.check(settings("47"), tuning);
    assertThatThrownBy(() -> PoolSize.check(settings("48"), tuning))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("a pool of 48 connections is larger than the 47")
        .hasMessageContaining("max_connections 50")
        .hasMessageContaining("--connections 47");
  }
}
