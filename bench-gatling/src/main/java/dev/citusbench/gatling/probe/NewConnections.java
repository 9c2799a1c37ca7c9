package dev.citusbench.gatling.probe;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A plain connection of its own for each shot, closed after it. */
record NewConnections(Ring.Opener opener) implements Source {
  @Override
  public Connection take() throws SQLException {
    return opener.open();
  }

  @Override
  public void done(Connection connection, @Nullable SQLException error) {
    Ring.close(connection);
  }
}
