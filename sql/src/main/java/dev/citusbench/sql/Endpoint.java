package dev.citusbench.sql;

/**
 * Where a PostgreSQL listens, or a proxy in front of it.
 *
 * @param host as a JDBC URL has it; with several, each but the last with its port: {@code
 *     h1:5432,h2}
 */
public record Endpoint(String host, int port) {
  @Override
  public String toString() {
    return host + ":" + port;
  }
}
