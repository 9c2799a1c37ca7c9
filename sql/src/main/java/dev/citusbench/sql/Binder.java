package dev.citusbench.sql;

import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Binds drawn values to the {@code ?} of one statement. */
final class Binder {
  private final Parameter[] parameters;
  private final int[] valueIndexes;

  Binder(Operation operation, Statement statement) {
    List<String> names = operation.parameters().stream().map(Parameter::name).toList();
    List<String> uses = statement.variables();
    parameters = new Parameter[uses.size()];
    valueIndexes = new int[uses.size()];
    for (int i = 0; i < uses.size(); i++) {
      valueIndexes[i] = names.indexOf(uses.get(i));
      parameters[i] = operation.parameters().get(valueIndexes[i]);
    }
  }

  void bind(PreparedStatement statement, long[] values) throws SQLException {
    for (int i = 0; i < parameters.length; i++) {
      Parameter parameter = parameters[i];
      long value = values[valueIndexes[i]];
      switch (parameter.type()) {
        case BIGINT -> statement.setLong(i + 1, value);
        case INTEGER -> statement.setInt(i + 1, (int) value);
        case TEXT -> statement.setString(i + 1, text(parameter, value));
        case JSONB -> statement.setObject(i + 1, text(parameter, value), Types.OTHER);
        case TIMESTAMPTZ ->
            statement.setObject(i + 1, Instant.ofEpochSecond(value).atOffset(ZoneOffset.UTC));
      }
    }
  }

  /** The types that the driver names to the server, as PREPARE takes them. */
  String types() {
    return listed(
        i ->
            switch (parameters[i].type()) {
              case BIGINT -> "bigint";
              case INTEGER -> "integer";
              case TEXT -> "varchar";
              case JSONB -> "unknown";
              case TIMESTAMPTZ -> "timestamptz";
            });
  }

  /** Drawn values as EXECUTE takes them. */
  String literals(long[] values) {
    return listed(
        i -> {
          long value = values[valueIndexes[i]];
          return switch (parameters[i].type()) {
            case BIGINT, INTEGER -> Long.toString(value);
            case TEXT, JSONB -> "'" + text(parameters[i], value).replace("'", "''") + "'";
            case TIMESTAMPTZ -> "'" + Instant.ofEpochSecond(value) + "'";
          };
        });
  }

  /** In parentheses, or nothing where there is no parameter. */
  private String listed(IntFunction<String> each) {
    return parameters.length == 0
        ? ""
        : IntStream.range(0, parameters.length)
            .mapToObj(each)
            .collect(Collectors.joining(", ", "(", ")"));
  }

  private static String text(Parameter parameter, long value) {
    return new String(parameter.bytes(value), StandardCharsets.UTF_8);
  }
}
