package dev.citusbench.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;

/**
 * Sends rows straight into the shards: a buffer for each shard, a connection to each worker, a COPY
 * for each full buffer. Products go to the coordinator, which has the only copy.
 */
final class ShardRows implements Rows {
  private final Dataset data;
  private final int[] shardOfTenant;
  private final int flushAt;
  private final List<Connection> connections = new ArrayList<>();
  private final CopyBinary[] buffers;

  ShardRows(Dataset data, Target target, int shardCount, int flushAt) throws SQLException {
    this.data = data;
    this.flushAt = flushAt;
    this.buffers = new CopyBinary[shardCount];
    for (int shard = 0; shard < shardCount; shard++) {
      buffers[shard] = new CopyBinary(flushAt + 1024);
    }
    try {
      for (int group = 0; group <= target.workers().size(); group++) {
        Connection connection = target.connectForLoad(group);
        connections.add(connection);
        connection.setAutoCommit(group == 0);
      }
      shardOfTenant =
          Placement.shardsByTenant(connections.get(0), shardCount, data.rows(Table.TENANTS));
    } catch (SQLException e) {
      close();
      throw e;
    }
  }

  @Override
  public long send(Table table, long first, long end) throws SQLException {
    long sum = 0;
    for (long index = first; index < end; index++) {
      int shard = table.distributed() ? shardOfTenant[(int) data.tenantOfRow(table, index) - 1] : 0;
      CopyBinary buffer = buffers[shard];
      sum += data.write(table, index, buffer);
      if (buffer.length() >= flushAt) {
        flush(table, shard);
      }
    }
    return sum;
  }

  private void flush(Table table, int shard) throws SQLException {
    int group = table.distributed() ? 1 + shard % (connections.size() - 1) : 0;
    String name = table.distributed() ? table.label() + "_" + shard : table.label();
    CopyBinary buffer = buffers[shard];
    var copy =
        connections.get(group).unwrap(PGConnection.class).getCopyAPI().copyIn(table.copySql(name));
    copy.writeToCopy(CopyBinary.HEADER, 0, CopyBinary.HEADER.length);
    copy.writeToCopy(buffer.bytes(), 0, buffer.length());
    copy.writeToCopy(CopyBinary.TRAILER, 0, CopyBinary.TRAILER.length);
    copy.endCopy();
    buffer.clear();
  }

  @Override
  public void finish(Table table) throws SQLException {
    for (int shard = 0; shard < buffers.length; shard++) {
      if (buffers[shard].length() > 0) {
        flush(table, shard);
      }
    }
    for (int group = 1; group < connections.size(); group++) {
      connections.get(group).commit();
    }
  }

  @Override
  public void close() throws SQLException {
    for (Connection connection : connections) {
      connection.close();
    }
  }
}
