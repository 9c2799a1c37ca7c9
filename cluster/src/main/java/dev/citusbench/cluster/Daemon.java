package dev.citusbench.cluster;

import java.util.List;

/**
 * A process of the cluster that is not a member: etcd or HAProxy.
 *
 * @param addresses host:port of what it listens on; the first is what clients use
 */
public record Daemon(String name, List<String> addresses, String log, long pid) {
  String host() {
    String first = addresses.get(0);
    return first.substring(0, first.lastIndexOf(':'));
  }

  int port() {
    String first = addresses.get(0);
    return Integer.parseInt(first.substring(first.lastIndexOf(':') + 1));
  }
}
