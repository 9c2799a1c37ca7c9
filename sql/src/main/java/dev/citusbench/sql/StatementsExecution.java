package dev.citusbench.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** One statement committed by itself, or several in one transaction. */
final class StatementsExecution implements Execution {
  private final Operation operation;
  private final Connection connection;
  private final Dataset data;
  private final List<PreparedStatement> prepared = new ArrayList<>();
  private final List<Binder> binders = new ArrayList<>();
  private final long[] values;

  StatementsExecution(Operation operation, Connection connection, Dataset data)
      throws SQLException {
    this.operation = operation;
    this.connection = connection;
    this.data = data;
    this.values = new long[operation.parameters().size()];
    try {
      for (Statement statement : operation.statements()) {
        prepared.add(connection.prepareStatement(statement.jdbcSql()));
        binders.add(new Binder(operation, statement));
      }
    } catch (SQLException e) {
      close();
      throw e;
    }
  }

  @Override
  public long execute(long index) throws SQLException {
    operation.draw(data, index, 0, values);
    return operation.kind() == Operation.Kind.TRANSACTION
        ? Transaction.run(connection, this::executeAll)
        : executeAll();
  }

  private long executeAll() throws SQLException {
    long rows = 0;
    for (int i = 0; i < prepared.size(); i++) {
      PreparedStatement statement = prepared.get(i);
      binders.get(i).bind(statement, values);
      if (statement.execute()) {
        try (ResultSet result = statement.getResultSet()) {
          while (result.next()) {
            rows++;
          }
        }
      } else {
        rows += statement.getUpdateCount();
      }
    }
    return rows;
  }

  @Override
  public void close() throws SQLException {
    for (PreparedStatement statement : prepared) {
      statement.close();
    }
  }
}
