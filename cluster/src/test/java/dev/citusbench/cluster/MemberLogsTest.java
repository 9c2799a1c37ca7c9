package dev.citusbench.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MemberLogsTest {
  private static final Instant FAULT = local("2026-11-24T03:00:00");

  @TempDir Path folder;
  private Path patroni;
  private Path postgres;
  private Member member;

  @BeforeEach
  void aMemberHasTwoLogs() {
    patroni = folder.resolve("patroni.log");
    postgres = folder.resolve("postgresql.log");
    member = new Member("a", 0, "", 0, 0, "", patroni.toString(), postgres.toString(), 0, 0);
  }

  /** Daemons write in the zone of the machine. */
  private static Instant local(String time) {
    return LocalDateTime.parse(time).atZone(ZoneId.systemDefault()).toInstant();
  }

  private static void write(Path log, String... lines) throws IOException {
    Files.write(log, List.of(lines), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private MemberLogs logs() {
    return new MemberLogs(List.of(member));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "WARNING: Postgresql is not running.",
        "INFO: Primary crashed. Failing over.",
        "INFO: Leader crashed. Failing over.",
        "INFO: starting primary after failure",
        "INFO: Demoting self (graceful)",
        "INFO: demoting self because DCS is not accessible and I was a leader",
        "INFO: demoted self because failed to update leader lock in DCS",
        "INFO: received switchover request with leader=a candidate=b scheduled_at=None",
        "ERROR: Error communicating with DCS"
      })
  void whatSeveralVersionsOfPatroniSayIsNoticed(String words) throws IOException {
    MemberLogs logs = logs();
    write(
        patroni,
        "2026-11-24 03:00:00,100 INFO: no action. I am (a), the leader with the lock",
        "2026-11-24 03:00:00,250 " + words,
        "2026-11-24 03:00:00,900 " + words);
    assertThat(logs.noticed("a", FAULT)).contains(FAULT.plusMillis(250));
  }

  @Test
  void whatWasThereBeforeIsNotReadNorIsWhatIsOlderThanTheFault() throws IOException {
    write(patroni, "2026-11-24 03:00:05,000 WARNING: Postgresql is not running.");
    MemberLogs logs = logs();
    write(patroni, "2026-11-24 02:59:59,000 WARNING: Postgresql is not running.");
    assertThat(logs.noticed("a", FAULT)).isEmpty();
    write(patroni, "2026-11-24 03:00:00,000 WARNING: Postgresql is not running.");
    assertThat(logs.noticed("a", FAULT.plusNanos(400_000)))
        .as("a log line has only milliseconds")
        .contains(FAULT);
  }

  @Test
  void aPrimaryThatIsGoneIsNoticedByAnothersCompanion() throws IOException {
    Path log = folder.resolve("b.log");
    Member other = new Member("b", 0, "", 0, 0, "", "absent", log.toString(), 0, 0);
    MemberLogs logs = new MemberLogs(List.of(member, other));
    write(
        log,
        "2026-11-24 03:00:00.400 hasten-failover: a refuses connections to Patroni and PostgreSQL: its leader key is released");
    assertThat(logs.noticed("a", FAULT)).contains(FAULT.plusMillis(400));
    assertThat(logs.noticed("b", FAULT)).isEmpty();
    write(patroni, "2026-11-24 03:00:00,300 WARNING: Postgresql is not running.");
    assertThat(logs.noticed("a", FAULT)).as("whoever is first").contains(FAULT.plusMillis(300));
  }

  @Test
  void onlyConnectionsThatMayWriteCount() throws IOException {
    MemberLogs logs = logs();
    write(
        postgres,
        "2026-11-24 03:00:00.100 UTC [7] LOG:  database system is ready to accept read-only connections",
        "2026-11-24 03:00:00.150 UTC [7] LOG:  database system is ready to accept read only connections",
        "2026-11-24 03:00:00.200 UTC [8] LOG:  received promote request",
        "2026-11-24 03:00:00.300 UTC [7] LOG:  database system is ready to accept connections");
    assertThat(logs.takesWrites("a", Instant.parse("2026-11-24T03:00:00Z")))
        .contains(Instant.parse("2026-11-24T03:00:00.300Z"));
  }

  @Test
  void aTimeIsOfTheMachinesZoneUnlessItIsUtc() {
    ZoneId india = ZoneId.of("Asia/Kolkata");
    assertThat(MemberLogs.at("2026-11-24 03:00:00.300 IST [7] LOG:  x", india))
        .contains(Instant.parse("2026-11-23T21:30:00.300Z"));
    assertThat(MemberLogs.at("2026-11-24 03:00:00,300 INFO: x", india))
        .contains(Instant.parse("2026-11-23T21:30:00.300Z"));
    assertThat(MemberLogs.at("2026-11-24 03:00:00.300 UTC [7] LOG:  x", india))
        .contains(Instant.parse("2026-11-24T03:00:00.300Z"));
    assertThat(MemberLogs.at("    Traceback", india)).isEmpty();
    assertThat(MemberLogs.at("2026-13-45 03:00:00.300 x", india)).isEmpty();
  }

  @Test
  void aStandbyThatIsWaitedForIsTold() throws IOException {
    MemberLogs logs = logs();
    write(
        postgres,
        "2026-11-24 03:00:00.100 UTC [7] LOG:  standby \"b\" is now a potential standby",
        "2026-11-24 03:00:00.200 UTC [7] LOG:  standby \"b\" is now a synchronous standby with priority 1");
    Instant from = Instant.parse("2026-11-24T03:00:00Z");
    assertThat(logs.synchronous("a", from)).contains(from.plusMillis(200));
    write(
        postgres,
        "2026-11-24 03:00:05.000 UTC [7] LOG:  standby \"b\" is now a candidate for quorum synchronous standby");
    assertThat(logs.synchronous("a", from.plusSeconds(1))).contains(from.plusSeconds(5));
  }

  @Test
  void aLogThatIsAbsentOrRotatedOrWordedOtherwiseTellsNothingAndFailsNothing() throws IOException {
    assertThat(logs().noticed("a", FAULT)).isEmpty();
    assertThat(logs().takesWrites("nobody", FAULT)).isEmpty();
    write(patroni, "x".repeat(10_000));
    MemberLogs logs = logs();
    write(patroni, "2026-11-24 03:00:00,250 WARNING: something has happened");
    assertThat(logs.noticed("a", FAULT)).isEmpty();
    Files.delete(patroni);
    write(patroni, "2026-11-24 03:00:00,300 WARNING: Postgresql is not running.");
    assertThat(logs.noticed("a", FAULT)).isEqualTo(Optional.of(FAULT.plusMillis(300)));
  }
}
