package dev.citusbench.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** One statement for many rows as a JDBC batch in one transaction. */
final class BatchExecution implements Execution {
  private final Operation operation;
  private final Connection connection;
  private final Dataset data;
  private final PreparedStatement prepared;
  private final Binder binder;
  private final long[] values;

  BatchExecution(Operation operation, Connection connection, Dataset data) throws SQLException {
    this.operation = operation;
    this.connection = connection;
    this.data = data;
    Statement statement = operation.statements().get(0);
    this.binder = new Binder(operation, statement);
    this.values = new long[operation.parameters().size()];
    this.prepared = connection.prepareStatement(statement.jdbcSql());
  }

  @Override
  public long execute(long index) throws SQLException {
    for (int row = 0; row < operation.rows(); row++) {
      operation.draw(data, index, row, values);
      binder.bind(prepared, values);
      prepared.addBatch();
    }
    try {
      return Transaction.run(
          connection,
          () -> {
            prepared.executeBatch();
            return operation.rows();
          });
    } finally {
      prepared.clearBatch();
    }
  }

  @Override
  public void close() throws SQLException {
    prepared.close();
  }
}
