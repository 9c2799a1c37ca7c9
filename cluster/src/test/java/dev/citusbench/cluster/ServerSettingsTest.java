package dev.citusbench.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerSettingsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "primary_conninfo | host=h password=hunter2 port=1 | host=h password=*** port=1",
        "primary_conninfo | host=h password='a \\' b' port=1 | host=h password=*** port=1",
        "primary_conninfo | postgres://u:hunter2@h/d | postgres://u:***@h/d",
        "archive_command | AWS_KEY=hunter2 wal-push %p | ***",
        "archive_command | (disabled) | (disabled)",
        "vault.token | hunter2 | ***",
        "password_encryption | scram-sha-256 | scram-sha-256",
        "max_connections | 200 | 200",
        "citus.node_conninfo | sslmode=prefer connect_timeout=2 | sslmode=prefer connect_timeout=2",
      })
  void secretsAreNotWrittenDown(String name, String value, String written) {
    assertThat(ServerSettings.withoutSecrets(name, value)).isEqualTo(written);
  }
}
