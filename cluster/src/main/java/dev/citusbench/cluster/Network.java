package dev.citusbench.cluster;

import java.util.List;
import java.util.Optional;

/**
 * Where the daemons of a cluster are in the network. HAProxy and the suite are on loopback, and
 * reach all others.
 *
 * @param subnet that members reach each other in, such as {@code 198.18.7.0/24}
 * @param nodes those that are in a namespace; none on loopback
 */
public record Network(NetworkKind kind, String subnet, List<Node> nodes) {
  private static final String LOOPBACK = Ports.HOST + "/32";

  /**
   * A daemon in a network namespace of its own.
   *
   * @param name of the member, or {@code etcd1} …
   * @param namespace its name, as {@code ip netns} lists it
   */
  public record Node(String name, String namespace, String address) {}

  static Network loopback() {
    return new Network(NetworkKind.LOOPBACK, LOOPBACK, List.of());
  }

  private Optional<Node> node(String name) {
    return nodes.stream().filter(node -> node.name().equals(name)).findFirst();
  }

  /** The address that a daemon has. */
  String host(String daemon) {
    return node(daemon).map(Node::address).orElse(Ports.HOST);
  }

  /** The namespace that a daemon runs in; empty where it is the machine's. */
  String namespace(String daemon) {
    return node(daemon).map(Node::namespace).orElse("");
  }

  /** From where PostgreSQL takes connections: Patroni's own come over loopback. */
  List<String> clients() {
    return List.of(LOOPBACK, subnet).stream().distinct().toList();
  }

  /** What a member's PostgreSQL listens on: on loopback too, where Patroni and Citus ask it. */
  String listen(String member, int port) {
    String host = host(member);
    return (host.equals(Ports.HOST) ? host : host + "," + Ports.HOST) + ":" + port;
  }
}
