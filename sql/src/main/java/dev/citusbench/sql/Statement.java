package dev.citusbench.sql;

import java.nio.file.Path;
import java.util.List;

/**
 * One SQL statement of a file, with psql variables still in it.
 *
 * @param line where it begins
 * @param executesResult ends with {@code \gexec}: every cell of its result is a statement to
 *     execute
 */
record Statement(Path file, int line, List<Piece> pieces, boolean executesResult) {

  sealed interface Piece permits Text, Variable {}

  /** SQL as it stands in the file. */
  record Text(String sql) implements Piece {}

  /** A psql variable. */
  record Variable(String name, Quote quote, int line) implements Piece {}

  /** How psql inserts a variable. */
  enum Quote {
    /** {@code :name}. */
    NONE,
    /** {@code :'name'}. */
    LITERAL,
    /** {@code :"name"}. */
    IDENTIFIER
  }

  Statement {
    pieces = List.copyOf(pieces);
  }

  /** The names of the variables, in the order of use, once for each use. */
  List<String> variables() {
    return pieces.stream()
        .filter(Variable.class::isInstance)
        .map(piece -> ((Variable) piece).name())
        .toList();
  }

  /** As it is executed; for statements whose variables {@link Script#read} has inserted. */
  String sql() {
    StringBuilder sql = new StringBuilder();
    for (Piece piece : pieces) {
      if (piece instanceof Text text) {
        sql.append(text.sql());
      } else {
        throw new IllegalStateException(place() + " has variables");
      }
    }
    return sql.toString();
  }

  /** With a {@code ?} for each variable; for statements that {@link Script} read as operations. */
  String jdbcSql() {
    StringBuilder sql = new StringBuilder();
    for (Piece piece : pieces) {
      if (piece instanceof Text text) {
        sql.append(text.sql());
      } else {
        sql.append('?');
      }
    }
    return sql.toString();
  }

  /** With {@code $1}, {@code $2} … for the variables, as PREPARE takes it. */
  String numberedSql() {
    StringBuilder sql = new StringBuilder();
    int number = 0;
    for (Piece piece : pieces) {
      if (piece instanceof Text text) {
        sql.append(text.sql());
      } else {
        number++;
        sql.append('$').append(number);
      }
    }
    return sql.toString();
  }

  String place() {
    return file + ":" + line;
  }
}
