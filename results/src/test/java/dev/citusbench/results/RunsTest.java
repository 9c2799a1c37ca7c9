package dev.citusbench.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunsTest {
  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

  @TempDir Path results;

  private Path runs() {
    return results.resolve("runs");
  }

  private String run(Instant at, String tuning) {
    Manifest head = Manifests.head(at, tuning);
    RunFolder folder = RunFolder.create(runs(), head);
    folder.contribute(
        "gatling", Contribution.of(List.of(Manifests.row("lookup-order", 1_000_000))));
    folder.complete(head);
    return folder.id();
  }

  private static void usage(ThrowingCallable call, String... parts) {
    assertThatExceptionOfType(BenchException.class)
        .isThrownBy(call)
        .satisfies(e -> assertThat(e.kind()).isEqualTo(BenchException.Kind.USAGE))
        .satisfies(e -> assertThat(e.getMessage()).contains(parts))
        .satisfies(e -> assertThat(e.getMessage().lines()).hasSizeLessThanOrEqualTo(2));
  }

  @Test
  void aRunIsFoundByIdByBeginningAsLatestAndByPath() {
    String first = run(START, "ha-default");
    String second = run(START.plusSeconds(3600), "ha-fast");
    Runs all = Runs.at(runs());
    assertThat(all.list()).extracting(Run::id).containsExactly(second, first);
    assertThat(all.find(first).id()).isEqualTo(first);
    assertThat(all.find("20260301T1000").id()).isEqualTo(first);
    assertThat(all.find("latest").id()).isEqualTo(second);
    assertThat(all.find(runs().resolve(first).toString()).id()).isEqualTo(first);
  }

  @Test
  void latestIsTheNewestWhereTheLinkPointsNowhere() throws IOException {
    String first = run(START, "ha-default");
    Files.delete(results.resolve("latest"));
    assertThat(Runs.at(runs()).find("latest").id()).isEqualTo(first);
    Files.createSymbolicLink(results.resolve("latest"), Path.of("runs/gone"));
    assertThat(Runs.at(runs()).find("latest").id()).isEqualTo(first);
  }

  @Test
  void aComparisonShowsWithWhichLoadsTheRunsDiffer() throws IOException {
    String base = run(START, "ha-default");
    String candidate = run(START.plusSeconds(3600), "ha-default");
    settings(base, "{\n  \"rate\" : 200,\n  \"connections\" : 16\n}\n");
    settings(candidate, "{\n  \"rate\" : 400,\n  \"connections\" : 16\n}\n");
    Runs all = Runs.at(runs());
    Comparison comparison = Comparison.of(List.of(all.find(base), all.find(candidate)), false);
    assertThat(comparison.differences())
        .containsExactly(
            new Comparison.Difference("rate in settings/load-gatling.json", List.of("200", "400")));
  }

  @Test
  void aRunFromBeforeGeneratorsWereRecordedIsStillRead() throws IOException {
    Path manifest = runs().resolve(run(START, "ha-default")).resolve("run.json");
    String text = Files.readString(manifest);
    String before = text.replaceAll(",\\s*\"generators\" : \\[[^\\]]*\\]", "");
    assertThat(before).isNotEqualTo(text).doesNotContain("generators");
    Files.writeString(manifest, before);
    assertThat(Runs.at(runs()).find("latest").manifest().generators()).isEmpty();
  }

  @Test
  void aGeneratorFromBeforeFaultsHadASpanOfTheirOwnIsThatOfTheSteadyPhase() throws IOException {
    Path manifest = runs().resolve(run(START, "ha-default")).resolve("run.json");
    String text = Files.readString(manifest);
    Files.writeString(manifest, text.replaceAll("\"span\" : \"[a-z]+\",\\s*", ""));
    assertThat(Files.readString(manifest)).isNotEqualTo(text).doesNotContain("\"span\"");
    assertThat(Runs.at(runs()).find("latest").manifest().generators())
        .isNotEmpty()
        .allSatisfy(each -> assertThat(each.span()).isEqualTo(Manifest.Generator.Span.STEADY));
  }

  private void settings(String id, String load) throws IOException {
    Path folder = Files.createDirectories(runs().resolve(id).resolve("settings"));
    Files.writeString(folder.resolve("load-gatling.json"), load);
  }

  @Test
  void anUnknownRunNamesTheNearest() {
    usage(() -> Runs.at(runs()).find("latest"), "unknown run 'latest'", "none yet");
    String id = run(START, "ha-default");
    usage(
        () -> Runs.at(runs()).find("20260301T100000Z-run-citus-ha-defualt"),
        "unknown run",
        "did you mean '" + id + "'");
    usage(() -> Runs.at(runs()).find(""), "unknown run ''");
    usage(() -> Runs.at(runs()).find("20200101"), "unknown run '20200101': `./bench list`");
    run(START.plusSeconds(1), "ha-default");
    usage(() -> Runs.at(runs()).find("2026"), "not one but 2");
  }

  private Path broken(String from, String to) throws IOException {
    String id = run(START, "ha-default");
    Path file = runs().resolve(id).resolve("run.json");
    String text = Files.readString(file);
    assertThat(text).contains(from);
    Files.writeString(file, text.replace(from, to));
    return file;
  }

  private static String id(Path manifest) {
    return manifest.getName(manifest.getNameCount() - 2).toString();
  }

  private void findsBroken(Path file, String... parts) {
    String id = id(file);
    usage(() -> Runs.at(runs()).find(id), parts);
    usage(() -> Runs.at(runs()).find(id), file.toString());
  }

  @Test
  void textInsteadOfANumberIsNamed() throws IOException {
    findsBroken(
        broken("\"count\" : 12000", "\"count\" : \"many\""),
        "line ",
        "column ",
        "field operations[0].count",
        "a whole number");
  }

  @Test
  void aFractionInsteadOfAWholeNumberIsNamed() throws IOException {
    findsBroken(broken("\"count\" : 12000", "\"count\" : 1.5"), "field operations[0].count");
  }

  @Test
  void aNumberInQuotesIsNotANumber() throws IOException {
    findsBroken(broken("\"seed\" : 1", "\"seed\" : \"1\""), "field seed", "a whole number");
  }

  @Test
  void aMissingFieldIsNamed() throws IOException {
    findsBroken(broken("\"tuning\" : \"ha-default\",", ""), "field tuning", "is missing");
  }

  @Test
  void aMissingNumberIsNamed() throws IOException {
    findsBroken(
        broken("\"p50Nanos\" : 1000000,", ""), "field operations[0].p50Nanos", "is missing");
  }

  @Test
  void aNullIsNamed() throws IOException {
    findsBroken(
        broken("\"tuning\" : \"ha-default\"", "\"tuning\" : null"), "field tuning", "is null");
  }

  @Test
  void anUnknownEngineNamesTheKnownOnes() throws IOException {
    findsBroken(
        broken("\"name\" : \"citus\"", "\"name\" : \"cytus\""),
        "field engine.name",
        "'cytus'",
        "one of citus fdw single");
  }

  @Test
  void aTimeThatIsNoneIsNamed() throws IOException {
    findsBroken(
        broken("\"2026-03-01T10:00:00Z\"", "\"yesterday\""), "field startedAt", "'yesterday'");
  }

  @Test
  void aListInsteadOfAnObjectIsNamed() throws IOException {
    findsBroken(broken("\"faults\" : [ ]", "\"faults\" : 7"), "field faults", "a list");
  }

  @Test
  void aFileThatIsNoJsonIsNamedWithItsPlace() throws IOException {
    findsBroken(broken("\"runtime\" :", "\"runtime\""), "line ", "not JSON");
    Path file = broken("{", "");
    findsBroken(file, "run.json");
    Files.writeString(file, "");
    findsBroken(file, "run.json");
    Files.writeString(file, "[]");
    findsBroken(file, "run.json");
  }

  @Test
  void aNewerSchemaIsRefused() throws IOException {
    findsBroken(broken("\"schema\" : 1", "\"schema\" : 2"), "schema 2 is newer");
  }

  @Test
  void unknownFieldsAreAccepted() throws IOException {
    Path file = broken("\"schema\" : 1,", "\"schema\" : 1, \"weather\" : {\"rain\": true},");
    assertThat(Runs.at(runs()).find(id(file))).isNotNull();
  }

  @Test
  void oneBrokenRunDoesNotHideTheOthers() throws IOException {
    Path file = broken("\"schema\" : 1,", "");
    String good = run(START.plusSeconds(5), "ha-default");
    Files.createDirectories(runs().resolve("empty"));
    Runs all = Runs.at(runs());
    assertThat(all.list()).extracting(Run::id).containsExactly(good);
    assertThat(all.broken())
        .extracting(Throwable::getMessage)
        .anyMatch(message -> message.contains(file.toString()))
        .anyMatch(message -> message.contains("empty"))
        .hasSize(2);
  }

  @Test
  void fieldsAreNamedAndOrderedAsTheContractSays() throws IOException {
    String id = run(START, "ha-default");
    String text = Files.readString(runs().resolve(id).resolve("run.json"));
    assertThat(text)
        .containsSubsequence(
            "\"schema\"",
            "\"id\"",
            "\"what\" : \"run\"",
            "\"valid\" : true",
            "\"invalidReasons\"",
            "\"startedAt\" : \"2026-03-01T10:00:00Z\"",
            "\"durationSeconds\"",
            "\"engine\"",
            "\"runtime\" : \"native\"",
            "\"versions\"",
            "\"topology\"",
            "\"tuning\"",
            "\"seed\"",
            "\"machine\"",
            "\"dataset\"",
            "\"operations\"",
            "\"planClass\" : \"fast-path\"",
            "\"source\" : \"gatling\"",
            "\"maxNanos\"",
            "\"faults\"")
        .doesNotContain("rowsPerSecond\" : null");
  }
}
