package dev.citusbench.results;

import static org.assertj.core.api.Assertions.assertThat;

import dev.citusbench.results.Comparison.Difference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsComparisonTest {
  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

  @TempDir Path results;

  private int made;

  /** A run in whose group worker1 the member {@code primary} is the primary, on other ports. */
  private Run run(String primary, int firstPort, String workMem, String more) throws IOException {
    Manifest head = Manifests.head(START.plusSeconds(made++));
    RunFolder folder = RunFolder.create(results.resolve("runs"), head);
    Path settings = Files.createDirectories(folder.dir().resolve("settings"));
    for (String member : List.of("worker1-a", "worker1-b")) {
      boolean leads = member.equals(primary);
      int port = firstPort + (member.endsWith("a") ? 0 : 1);
      Files.writeString(
          settings.resolve("postgres-" + member + ".json"),
          """
          {"port": {"value": "%d"}, "in_hot_standby": {"value": "%s"},
           "data_directory": {"value": "/data%d/%s"}, "work_mem": {"value": "%s"},
           "primary_conninfo": {"value": "%s"},
           "synchronous_standby_names": {"value": "%s"}%s}
          """
              .formatted(
                  port,
                  leads ? "off" : "on",
                  firstPort,
                  member,
                  workMem,
                  leads ? "" : "port=" + port,
                  leads ? "\\\"worker1-x\\\"" : "",
                  more));
    }
    Files.writeString(
        settings.resolve("patroni-worker1.json"),
        "{\"ttl\": 30, \"postgresql\": {\"parameters\": {\"work_mem\": \"%s\"}}}"
            .formatted(workMem));
    Files.writeString(
        settings.resolve("haproxy.cfg"),
        "listen writer\n  bind 127.0.0.1:%d\n  server a 127.0.0.1:%d check port %d\n"
            .formatted(firstPort + 2, firstPort, firstPort + 3));
    return Run.read(folder.complete(head));
  }

  @Test
  void whatEachClusterHasOfItsOwnIsLeftOutAndNamed() throws IOException {
    SettingsComparison.Result result =
        SettingsComparison.of(
            List.of(run("worker1-a", 5000, "4MB", ""), run("worker1-b", 6000, "4MB", "")));
    assertThat(result.differences()).isEmpty();
    assertThat(result.leftOut())
        .containsExactly(
            "data_directory",
            "in_hot_standby",
            "port",
            "ports in haproxy.cfg",
            "primary_conninfo",
            "synchronous_standby_names");
  }

  @Test
  void whatAPersonChangedStandsAloneWithBothValues() throws IOException {
    SettingsComparison.Result result =
        SettingsComparison.of(
            List.of(run("worker1-a", 5000, "4MB", ""), run("worker1-b", 6000, "64MB", "")));
    assertThat(result.differences())
        .containsExactly(
            new Difference(
                "postgresql.parameters.work_mem in settings/patroni-worker1.json",
                List.of("4MB", "64MB")),
            new Difference("work_mem in settings/postgres-worker1", List.of("4MB", "64MB")));
  }

  @Test
  void longValuesThatDifferOnlyAtTheirEndsAreShownWhole() throws IOException {
    String start = "x".repeat(200);
    assertThat(
            SettingsComparison.of(
                    List.of(
                        run("worker1-a", 5000, start + "1", ""),
                        run("worker1-a", 5000, start + "2", "")))
                .differences())
        .allSatisfy(each -> assertThat(each.values()).containsExactly(start + "1", start + "2"));
  }

  @Test
  void aSettingThatOnlyOneRunHasIsADifference() throws IOException {
    SettingsComparison.Result result =
        SettingsComparison.of(
            List.of(
                run("worker1-a", 5000, "4MB", ""),
                run("worker1-a", 5000, "4MB", ", \"citus.x\": {\"value\": \"on\"}")));
    assertThat(result.differences())
        .containsExactly(
            new Difference("citus.x in settings/postgres-worker1", List.of("not set", "on")));
    assertThat(result.leftOut()).isEmpty();
  }

  @Test
  void aLineOfHaproxyThatIsNotItsPortIsADifference() throws IOException {
    Run base = run("worker1-a", 5000, "4MB", "");
    Run candidate = run("worker1-a", 5000, "4MB", "");
    Path file = candidate.dir().resolve("settings/haproxy.cfg");
    Files.writeString(file, Files.readString(file) + "  retries 9\n");
    assertThat(SettingsComparison.of(List.of(base, candidate)).differences())
        .containsExactly(
            new Difference("settings/haproxy.cfg", List.of("no line of its own", "retries 9")));
  }

  @Test
  void synchronousStandbysThatAPersonAskedForAreShown() throws IOException {
    Run base = run("worker1-a", 5000, "4MB", "");
    Run candidate = run("worker1-a", 5000, "4MB", "");
    Path file = candidate.dir().resolve("settings/postgres-worker1-b.json");
    Files.writeString(
        file,
        Files.readString(file)
            .replace(
                "\"synchronous_standby_names\": {\"value\": \"\"",
                "\"synchronous_standby_names\": {\"value\": \"ANY 1 (a, b)\""));
    assertThat(SettingsComparison.of(List.of(base, candidate)).differences())
        .containsExactly(
            new Difference(
                "synchronous_standby_names in settings/postgres-worker1",
                List.of("not set", "ANY 1 (a, b)")));
  }
}
