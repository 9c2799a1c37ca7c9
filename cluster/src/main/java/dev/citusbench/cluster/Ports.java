package dev.citusbench.cluster;

import dev.citusbench.results.BenchException;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Ports on loopback, below those that the kernel gives to outgoing connections. They come in blocks
 * of a hundred: the first block is the one that people remember (writer 15432, reader 15433); a
 * second cluster takes the next one. Single ports that others hold are replaced by spare ones. The
 * first port of the block stays bound until {@link #close()}, so that two clusters that start at
 * the same moment do not choose the same ones.
 */
final class Ports implements AutoCloseable {
  static final int MOST_WORKERS = 6;
  static final int MOST_MEMBERS_PER_GROUP = 3;
  static final String HOST = "127.0.0.1";
  private static final int FIRST = 15_400;
  private static final int BLOCK = 100;

  private final ServerSocket reservation;
  private final Map<String, Integer> chosen;
  private final List<String> replaced;

  private Ports(ServerSocket reservation, Map<String, Integer> chosen, List<String> replaced) {
    this.reservation = reservation;
    this.chosen = chosen;
    this.replaced = replaced;
  }

  /** Chooses a port for every name that {@link #wanted} has. */
  static Ports choose(Map<String, Integer> wanted) {
    return choose(wanted, FIRST, firstEphemeral());
  }

  static Ports choose(Map<String, Integer> wanted, int first, int end) {
    for (int base = first; base + BLOCK <= end; base += BLOCK) {
      Optional<ServerSocket> reservation = bind(base);
      if (reservation.isEmpty()) {
        continue;
      }
      Optional<Ports> ports = inBlock(reservation.get(), wanted, base, first);
      if (ports.isPresent()) {
        return ports.get();
      }
      close(reservation.get());
    }
    throw new BenchException(
        BenchException.Kind.MACHINE,
        "no %d free ports on %s between %d and %d: stop what holds them (ss -ltnp)"
            .formatted(wanted.size(), HOST, first, end));
  }

  private static Optional<Ports> inBlock(
      ServerSocket reservation, Map<String, Integer> wanted, int base, int first) {
    Map<String, Integer> chosen = new LinkedHashMap<>();
    List<String> taken = new ArrayList<>();
    wanted.forEach(
        (name, offset) -> {
          if (isFree(base + offset)) {
            chosen.put(name, base + offset);
          } else {
            taken.add(name);
          }
        });
    if (taken.size() > wanted.size() / 2) {
      return Optional.empty();
    }
    List<String> said = new ArrayList<>();
    if (base != first) {
      said.add(
          "ports %d to %d are in use by others: taking those from %d"
              .formatted(first, first + BLOCK - 1, base));
    }
    for (String name : taken) {
      int spare = base + 1;
      while (spare < base + BLOCK
          && (wanted.containsValue(spare - base)
              || chosen.containsValue(spare)
              || !isFree(spare))) {
        spare++;
      }
      if (spare == base + BLOCK) {
        return Optional.empty();
      }
      chosen.put(name, spare);
      said.add(
          "port %d is taken: %s gets %d"
              .formatted(base + wanted.getOrDefault(name, 0), name, spare));
    }
    return Optional.of(new Ports(reservation, chosen, said));
  }

  /** Offsets in a block for everything that listens. */
  static Map<String, Integer> wanted(ClusterSpec spec) {
    Map<String, Integer> wanted = new LinkedHashMap<>();
    for (int i = 1; i <= spec.etcdMembers(); i++) {
      wanted.put("etcd" + i, 2 * i);
      wanted.put("etcd" + i + "-peer", 2 * i + 1);
    }
    wanted.put("statistics", 31);
    wanted.put("writer", 32);
    wanted.put("reader", 33);
    for (int w = 1; w <= spec.workers(); w++) {
      wanted.put("worker" + w, 33 + w);
    }
    int i = 0;
    for (int g = 0; g < spec.groups(); g++) {
      for (int m = 0; m < spec.membersPerGroup(); m++) {
        String name = memberName(g, m);
        wanted.put(name, 40 + i);
        wanted.put(name + "-patroni", 70 + i);
        i++;
      }
    }
    return wanted;
  }

  static String memberName(int group, int index) {
    return Member.groupName(group) + "-" + (char) ('a' + index);
  }

  int of(String name) {
    Integer port = chosen.get(name);
    if (port == null) {
      throw new IllegalStateException("no port for " + name);
    }
    return port;
  }

  String address(String name) {
    return HOST + ":" + of(name);
  }

  /** What is not where people expect it, as sentences. */
  List<String> replaced() {
    return replaced;
  }

  @Override
  public void close() {
    close(reservation);
  }

  private static void close(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static boolean isFree(int port) {
    Optional<ServerSocket> socket = bind(port);
    socket.ifPresent(Ports::close);
    return socket.isPresent();
  }

  private static Optional<ServerSocket> bind(int port) {
    ServerSocket socket = null;
    try {
      socket = new ServerSocket();
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
      return Optional.of(socket);
    } catch (IOException e) {
      if (socket != null) {
        close(socket);
      }
      return Optional.empty();
    }
  }

  private static int firstEphemeral() {
    // One read of the whole: files of sysctl have no second one.
    Path file = Path.of("/proc/sys/net/ipv4/ip_local_port_range");
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      String range = String.valueOf(reader.readLine());
      return Integer.parseInt(range.strip().split("\\s+", 2)[0]);
    } catch (IOException | NumberFormatException e) {
      return 32_768;
    }
  }
}
