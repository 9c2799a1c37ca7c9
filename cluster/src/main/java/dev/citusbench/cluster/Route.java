package dev.citusbench.cluster;

/**
 * An address that clients use.
 *
 * @param name {@code writer}, {@code reader}, {@code worker1} … or {@code direct}
 */
public record Route(String name, String host, int port) {
  @Override
  public String toString() {
    return name + " " + host + ":" + port;
  }
}
