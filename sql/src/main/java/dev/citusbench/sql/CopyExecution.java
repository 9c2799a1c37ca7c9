package dev.citusbench.sql;

import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;

/** Many rows by one COPY, in text format; the columns are the parameters in their order. */
final class CopyExecution implements Execution {
  private final Operation operation;
  private final Dataset data;
  private final CopyManager copies;
  private final String sql;
  private final CopyText chunk;
  private final long[] values;

  CopyExecution(Operation operation, Connection connection, Dataset data) throws SQLException {
    this.operation = operation;
    this.data = data;
    this.copies = connection.unwrap(PGConnection.class).getCopyAPI();
    this.sql = operation.statements().get(0).jdbcSql();
    this.chunk = new CopyText(128 * operation.rows());
    this.values = new long[operation.parameters().size()];
  }

  @Override
  public long execute(long index) throws SQLException {
    chunk.clear();
    for (int row = 0; row < operation.rows(); row++) {
      operation.draw(data, index, row, values);
      chunk.begin(values.length);
      for (int i = 0; i < values.length; i++) {
        Parameter parameter = operation.parameters().get(i);
        switch (parameter.type()) {
          case BIGINT -> chunk.int8(values[i]);
          case INTEGER -> chunk.int4((int) values[i]);
          case TEXT -> chunk.text(parameter.bytes(values[i]));
          case JSONB -> chunk.jsonb(parameter.bytes(values[i]));
          case TIMESTAMPTZ -> chunk.timestamptz(values[i]);
        }
      }
      chunk.end();
    }
    CopyIn copy = copies.copyIn(sql);
    try {
      copy.writeToCopy(chunk.bytes(), 0, chunk.length());
      return copy.endCopy();
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }

  @Override
  public void close() {}
}
