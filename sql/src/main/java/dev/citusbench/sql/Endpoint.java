package dev.citusbench.sql;

/** Where a PostgreSQL listens, or a proxy in front of it. */
public record Endpoint(String host, int port) {
  @Override
  public String toString() {
    return host + ":" + port;
  }
}
