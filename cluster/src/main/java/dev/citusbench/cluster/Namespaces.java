package dev.citusbench.cluster;

import dev.citusbench.results.BenchException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The network namespaces of one home's cluster, joined by a bridge that is in a namespace too, so
 * that neither the machine's firewall nor its routes have a say in what members send each other.
 * All that the machine itself gets is one end of a veth pair, with an address in the subnet; there
 * is no way from a namespace to anywhere else.
 *
 * <p>Names begin with what is unique to the home. What is there is found by looking at the machine:
 * so a suite that was killed at any moment leaves nothing that the next command would not find.
 */
final class Namespaces {
  private static final List<Programs.Needed> NEEDED =
      List.of(
          new Programs.Needed("ip", "iproute2"),
          new Programs.Needed("tc", "iproute2"),
          new Programs.Needed("nft", "nftables"),
          new Programs.Needed("nsenter", "util-linux"));

  /** What a member calls its end of the pair. */
  static final String INTERFACE = "eth0";

  private static final String BRIDGE = "br0";
  private static final int MARKER = 10;
  private static final Path ALL = Path.of("/run/netns");
  private static final Path INTERFACES = Path.of("/sys/class/net");

  private final String marker;
  private final Commands.Runner runner;
  private final Path all;
  private final Path interfaces;

  /**
   * Those of a home.
   *
   * @param marker unique to the home, hexadecimal
   */
  Namespaces(String marker) {
    this(marker, Commands::runAsRoot, ALL, INTERFACES);
  }

  Namespaces(String marker, Commands.Runner runner, Path all, Path interfaces) {
    this.marker = marker;
    this.runner = runner;
    this.all = all;
    this.interfaces = interfaces;
  }

  private String name(String of) {
    return prefix() + of;
  }

  private String prefix() {
    return "bench-" + marker.substring(0, MARKER) + "-";
  }

  /** The machine's end of the pair that leads to the bridge; the kernel allows 15 characters. */
  private String link() {
    return "cb" + marker.substring(0, MARKER);
  }

  private String hub() {
    return name("hub");
  }

  /** Of this process alone: another command of this home may be trying the same. */
  private String probe() {
    return name("probe" + ProcessHandle.current().pid());
  }

  /** The command as it is run in a namespace, in which nothing but the network is another. */
  static List<String> inside(String namespace, List<String> command) {
    List<String> all = new ArrayList<>(List.of("nsenter", "--net=" + ALL.resolve(namespace), "--"));
    all.addAll(command);
    return all;
  }

  /** What a machine lacks for namespaces, and how to get it; empty where it can be tried. */
  static Optional<String> lacking() {
    if (Account.ownUid() != 0) {
      return Optional.of(
          "--network netns makes network namespaces, which root alone may: run as root");
    }
    List<Programs.Needed> missing =
        NEEDED.stream().filter(needed -> Programs.locate(needed.name()).isEmpty()).toList();
    return missing.isEmpty()
        ? Optional.empty()
        : Optional.of("for --network netns " + Programs.missing(missing).getMessage());
  }

  /**
   * Makes a namespace with all that is going to be needed, and removes it again.
   *
   * @throws BenchException where something is lacking: what, and what to do
   */
  void check() {
    lacking()
        .ifPresent(
            problem -> {
              throw new BenchException(BenchException.Kind.MACHINE, problem);
            });
    try {
      run("ip", "netns", "add", probe());
      run("ip", "link", "add", link(), "type", "veth", "peer", "name", "host", "netns", probe());
      run("ip", "-n", probe(), "link", "add", BRIDGE, "type", "bridge");
      runner.output(inside(probe(), List.of("nft", PacketRules.loss(1))));
    } catch (IOException e) {
      throw new BenchException(
          BenchException.Kind.MACHINE,
          "--network netns needs a kernel with network namespaces, veth, bridge and nftables, and the right to use them (in a container CAP_NET_ADMIN and CAP_SYS_ADMIN); this failed: %s"
              .formatted(e.getMessage()),
          e);
    } finally {
      remove();
    }
  }

  /** Why packets cannot be delayed on this machine; empty where they can. */
  Optional<String> lackingForDelay() {
    Optional<String> lacking = lacking();
    if (lacking.isPresent()) {
      return lacking;
    }
    try {
      if (find().contains(probe())) { // of a suite that was killed, and had our process id
        run("ip", "netns", "delete", probe());
      }
      run("ip", "netns", "add", probe());
      try {
        List<String> delay = new ArrayList<>(List.of("tc", "-n", probe(), "qdisc", "add"));
        delay.addAll(List.of("dev", "lo", "root", "netem", "delay", "1ms"));
        Commands.Result result = runner.run(delay);
        return result.exit() == 0 ? Optional.empty() : Optional.of(notDelayed(result.output()));
      } finally {
        run("ip", "netns", "delete", probe());
      }
    } catch (IOException e) {
      return Optional.of("network namespaces cannot be tried here: " + e.getMessage());
    }
  }

  private static String notDelayed(String said) {
    return said.contains("Operation not permitted")
        ? "tc says: %s: it takes the right to set up networks (in a container CAP_NET_ADMIN)"
            .formatted(said)
        : "this kernel has no sch_netem (CONFIG_NET_SCH_NETEM), tc says: %s: load it with 'modprobe sch_netem', or take a kernel that has it"
            .formatted(said);
  }

  /** A network for these daemons; nothing is made yet. */
  Network plan(List<String> daemons) throws IOException {
    Subnet subnet =
        Subnet.free(
            marker,
            run("ip", "-4", "route", "show", "table", "all")
                + "\n"
                + run("ip", "-4", "-o", "address", "show"));
    List<Network.Node> nodes = new ArrayList<>();
    for (String daemon : daemons) {
      nodes.add(new Network.Node(daemon, name(daemon), subnet.address(2 + nodes.size())));
    }
    return new Network(NetworkKind.NETNS, subnet.cidr(), nodes);
  }

  /** Makes all of a network. Where that fails, what is there is left to {@link #remove}. */
  void make(Network network) throws IOException {
    String address = network.subnet().replaceFirst("0(/\\d+)$", "1$1");
    String length = network.subnet().substring(network.subnet().indexOf('/'));
    makeHub(address);
    for (Network.Node node : network.nodes()) {
      makeNode(node, length);
    }
  }

  private void makeHub(String address) throws IOException {
    add(hub());
    run("ip", "-n", hub(), "link", "add", BRIDGE, "type", "bridge", "stp_state", "0");
    run("ip", "-n", hub(), "link", "set", BRIDGE, "up");
    run("ip", "link", "add", link(), "type", "veth", "peer", "name", "host", "netns", hub());
    run("ip", "-n", hub(), "link", "set", "host", "master", BRIDGE, "up");
    run("ip", "address", "add", address, "dev", link());
    run("ip", "link", "set", link(), "up");
  }

  private void makeNode(Network.Node node, String length) throws IOException {
    String space = node.namespace();
    String port = node.name(); // the bridge's ports bear the names of the daemons
    add(space);
    run(
        "ip", "link", "add", INTERFACE, "netns", space, "type", "veth", "peer", "name", port,
        "netns", hub());
    run("ip", "-n", hub(), "link", "set", port, "master", BRIDGE, "up");
    run("ip", "-n", space, "address", "add", node.address() + length, "dev", INTERFACE);
    run("ip", "-n", space, "link", "set", INTERFACE, "up");
  }

  private void add(String namespace) throws IOException {
    run("ip", "netns", "add", namespace);
    run("ip", "-n", namespace, "link", "set", "lo", "up");
  }

  private String run(String... command) throws IOException {
    return runner.output(List.of(command));
  }

  /** Whether anything of this home is there. */
  boolean exist() {
    return hasLink() || !find().isEmpty();
  }

  private boolean hasLink() {
    return Files.exists(interfaces.resolve(link()));
  }

  private List<String> find() {
    List<String> found = new ArrayList<>();
    try (DirectoryStream<Path> ours = Files.newDirectoryStream(all, prefix() + "*")) {
      ours.forEach(path -> found.add(path.getFileName().toString()));
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of(); // nobody ever made one
    } catch (IOException e) {
      throw Cluster.failed(e);
    }
    return found;
  }

  /**
   * Removes all that is there, the pair of the machine first: it goes at once, while the kernel
   * takes a namespace apart in its own time. Whatever was in a namespace goes with it, rules too;
   * its processes must have ended before.
   *
   * @return whether there was anything
   */
  boolean remove() {
    boolean any = exist();
    if (any && Account.ownUid() != 0) {
      throw BenchException.usage(
          "the cluster's network namespaces belong to root: run this as root");
    }
    try {
      if (hasLink()) {
        run("ip", "link", "delete", link());
      }
      for (String namespace : find()) {
        run("ip", "netns", "delete", namespace);
      }
    } catch (IOException e) {
      throw Cluster.failed(e);
    }
    return any;
  }
}
