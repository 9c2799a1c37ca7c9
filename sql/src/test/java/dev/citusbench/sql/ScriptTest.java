package dev.citusbench.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.citusbench.results.BenchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ScriptTest {
  @TempDir Path folder;

  private Path file(String text) throws IOException {
    return Files.writeString(folder.resolve("x.sql"), text);
  }

  private List<String> read(String text, Map<String, String> variables) throws IOException {
    return Script.read(file(text), variables).stream().map(Statement::sql).toList();
  }

  private List<String> read(String text) throws IOException {
    return read(text, Map.of());
  }

  @Test
  void statementsEndWithSemicolons() throws IOException {
    assertThat(read("select 1;\n\n select 2 ;")).containsExactly("select 1", "select 2");
  }

  @Test
  void commentsAreLeftOut() throws IOException {
    assertThat(read("-- a;\nselect 1 /* b; /* c; */ d; */ + 2; -- e"))
        .containsExactly("select 1   + 2");
  }

  @Test
  void quotesKeepWhatTheyHold() throws IOException {
    String sql = "select 'a;''--b:c', E'it\\'s;', \"d;:e\", $$f;':g$$, $x$h;$$i$x$, 'j\\'";
    assertThat(read(sql + ";")).containsExactly(sql);
  }

  @Test
  void variablesAreInsertedAsPsqlDoes() throws IOException {
    assertThat(
            read(
                "select :n::bigint, :'s', :\"i\", 'x:n', a[1:2];",
                Map.of("n", "5", "s", "it's", "i", "a\"b")))
        .containsExactly("select 5::bigint, 'it''s', \"a\"\"b\", 'x:n', a[1:2]");
  }

  @Test
  void defaultsHoldOnlyWhereNothingIsGiven() throws IOException {
    String text = "\\if :{?n}\n\\else\n  \\set n 3\n\\endif\nselect :n;";
    assertThat(read(text)).containsExactly("select 3");
    assertThat(read(text, Map.of("n", "4"))).containsExactly("select 4");
  }

  @Test
  void gexecEndsAStatement() throws IOException {
    List<Statement> statements =
        Script.read(file("select 'drop table a'\n from b \\gexec\nselect 1;"), Map.of());
    assertThat(statements).extracting(Statement::executesResult).containsExactly(true, false);
    assertThat(statements).extracting(Statement::line).containsExactly(1, 3);
  }

  @Test
  void operationVariablesBecomeParameters() throws IOException {
    Statement statement =
        Script.readOperation(file("select :a, :'b', '?', c ? 'd' from e where f = :a;")).get(0);
    assertThat(statement.jdbcSql()).isEqualTo("select ?, ?, '?', c ?? 'd' from e where f = ?");
    assertThat(statement.variables()).containsExactly("a", "b", "a");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "select 1 | :1: the statement does not end",
        "select 'a; | :1: the quote does not end",
        "select $a$ b; | :1: the quote does not end",
        "/* a | :1: the comment does not end",
        "select :a; | :1: variable 'a' is not set",
        "select :'a; | :1: variable 'a' lacks its closing '",
        "\\copy a from b | :1: \\copy is not understood",
        "\\else | :1: \\else without \\if",
        "\\if :{?a} | :1: \\if without \\endif",
        "\\if true | :1: \\if understands only :{?name}",
        "select 1 \\set a 1 | :1: \\set inside a statement",
      })
  void whatIsNotUnderstoodIsSaidWithFileAndLine(String text, String message) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("x.sql" + message);
  }

  @Test
  void everyShippedScriptIsUnderstood() throws IOException {
    Map<String, String> variables =
        Map.of(
            "DBNAME", "bench",
            "workers", "a:1,b:2",
            "worker", "1",
            "worker_password", "secret",
            "table", "fan_out_8",
            "shards", "8",
            "rows", "8000");
    for (String engine : List.of("citus", "fdw", "single")) {
      try (var files = Files.list(Path.of(engine))) {
        for (Path script : files.toList()) {
          assertThat(Script.read(script, variables)).as(script.toString()).isNotEmpty();
        }
      }
    }
  }
}
