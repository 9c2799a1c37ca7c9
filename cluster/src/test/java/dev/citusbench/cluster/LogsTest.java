package dev.citusbench.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogsTest {
  @TempDir Path folder;

  @Test
  void passwordsAreNotCopied() throws IOException {
    Credentials credentials = Secrets.credentials();
    String password = credentials.application().password();
    Path member = Files.createDirectories(folder.resolve("logs/worker1-a"));
    Files.writeString(
        member.resolve("postgresql.log"),
        "STATEMENT: create user mapping … password '" + password + "'\nGröße\n");
    Logs.copy(
        folder.resolve("logs"), folder.resolve("copy"), line -> Secrets.removed(line, credentials));
    assertThat(folder.resolve("copy/worker1-a-postgresql.log"))
        .hasContent("STATEMENT: create user mapping … password '***'\nGröße\n");
  }
}
