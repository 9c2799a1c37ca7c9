package dev.citusbench.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.citusbench.results.BenchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JdbcUrlTest {
  private static JdbcUrl parse(String text) {
    return JdbcUrl.parse("writer", text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "jdbc:postgresql://db.example/shop?user=ann | db.example | 5432 | shop | ann",
        "jdbc:postgresql://10.0.0.1:6432/shop?user=a%40b | 10.0.0.1 | 6432 | shop | a@b",
        "jdbc:postgresql://[::1]:5433/my%20shop?user=ann | [::1] | 5433 | my shop | ann",
        "jdbc:postgresql://h1:1,h2:2/shop?user=ann | h1:1,h2 | 2 | shop | ann",
        "jdbc:postgresql:shop?user=ann | localhost | 5432 | shop | ann",
        "jdbc:postgresql:///shop?user=ann | localhost | 5432 | shop | ann",
      })
  void readsWhatTheDriverReads(String text, String host, int port, String database, String user) {
    JdbcUrl url = parse(text);
    assertThat(url.host()).isEqualTo(host);
    assertThat(url.port()).isEqualTo(port);
    assertThat(url.database()).isEqualTo(database);
    assertThat(url.user()).isEqualTo(user);
    assertThat(parse(url.text() + "?user=x")).extracting(JdbcUrl::host).isEqualTo(host);
  }

  @Test
  void propertiesGoToTheDriver() {
    assertThat(
            parse("jdbc:postgresql://h/d?user=u&sslmode=require&prepareThreshold=0").properties())
        .containsExactlyInAnyOrderEntriesOf(Map.of("sslmode", "require", "prepareThreshold", "0"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://h/d?password=hunter2",
        "jdbc:postgresql://h/d?user=u&password=hunter2",
        "jdbc:postgresql://h/d?user=u&sslpassword=hunter2",
        "jdbc:postgresql://u:hunter2@h/d",
        "postgresql://u:hunter2@h/d",
        "hunter2?password=hunter2",
      })
  void aPasswordIsRefusedAndNotRepeated(String text) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("route writer")
        .hasMessageContaining("PGPASSWORD")
        .hasMessageContaining("~/.pgpass")
        .hasMessageNotContaining("hunter2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "db.example",
        "postgresql://h/d",
        "jdbc:mysql://h/d",
        "jdbc:postgresql://h",
        "jdbc:postgresql://h/",
        "jdbc:postgresql://h:port/d",
        "jdbc:postgresql://h:/d",
        "jdbc:postgresql://h:0/d",
        "jdbc:postgresql://[::1]:70000/d",
        "jdbc:postgresql://h1:1,h2:x/d",
        "jdbc:postgresql://h/d e",
      })
  void whatIsNoUrlOfTheDriverIsRefusedWithTheFormAlone(String text) {
    List<String> logged = new ArrayList<>();
    Handler log =
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            logged.add(line.getMessage());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger driver = Logger.getLogger("org.postgresql");
    driver.addHandler(log);
    try {
      assertThatThrownBy(() -> parse(text))
          .isInstanceOf(BenchException.class)
          .hasMessageContaining("must be jdbc:postgresql://HOST[:PORT]/DATABASE");
    } finally {
      driver.removeHandler(log);
    }
    assertThat(logged).isEmpty();
  }

  @Test
  void anUnknownPropertyIsAnsweredWithTheNearestOne() {
    assertThatThrownBy(() -> parse("jdbc:postgresql://h/d?sslmod=require"))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("'sslmod'")
        .hasMessageContaining("did you mean 'sslmode'");
  }

  @Test
  void thePasswordIsThatOfTheEnvironment(@TempDir Path folder) throws IOException {
    JdbcUrl url = parse("jdbc:postgresql://h1:1,h2:2/d?user=u");
    assertThat(url.password(Map.of())).isEmpty();
    assertThat(url.password(Map.of("PGPASSWORD", "from environment")))
        .isEqualTo("from environment");
    Path file = folder.resolve("pgpass");
    Files.writeString(file, "h2:2:d:u:from file\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    System.setProperty("org.postgresql.pgpassfile", file.toString());
    try {
      assertThat(url.password(Map.of())).isEqualTo("from file");
      assertThat(url.password(Map.of("PGPASSWORD", "first"))).isEqualTo("first");
    } finally {
      System.clearProperty("org.postgresql.pgpassfile");
    }
  }
}
