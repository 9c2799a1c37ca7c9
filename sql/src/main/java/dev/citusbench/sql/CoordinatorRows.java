package dev.citusbench.sql;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Sends rows by one COPY a table to the coordinator. */
final class CoordinatorRows implements Rows {
  private final Dataset data;
  private final Connection connection;
  private final CopyBinary chunk = new CopyBinary(1 << 20);
  private @Nullable CopyIn copy;

  CoordinatorRows(Dataset data, Target target, Schema schema) throws SQLException {
    this.data = data;
    this.connection = target.connectForLoad(0);
    try {
      schema.prepareForLoad(connection);
    } catch (RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  @Override
  public long send(Table table, long first, long end) throws SQLException {
    CopyIn open = copy;
    if (open == null) {
      open =
          connection.unwrap(PGConnection.class).getCopyAPI().copyIn(table.copySql(table.label()));
      copy = open;
      open.writeToCopy(CopyBinary.HEADER, 0, CopyBinary.HEADER.length);
    }
    chunk.clear();
    long sum = 0;
    for (long index = first; index < end; index++) {
      sum += data.write(table, index, chunk);
    }
    open.writeToCopy(chunk.bytes(), 0, chunk.length());
    return sum;
  }

  @Override
  public void finish(Table table) throws SQLException {
    CopyIn open = copy;
    if (open != null) {
      copy = null;
      open.writeToCopy(CopyBinary.TRAILER, 0, CopyBinary.TRAILER.length);
      open.endCopy();
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
