package dev.citusbench.sql;

import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

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

  private static String text(Parameter parameter, long value) {
    return new String(parameter.bytes(value), StandardCharsets.UTF_8);
  }
}
