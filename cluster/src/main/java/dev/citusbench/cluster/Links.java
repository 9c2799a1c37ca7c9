package dev.citusbench.cluster;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The links of members to all others, broken and mended in the member's namespace alone. */
final class Links {
  private final Network network;
  private final Commands.Runner runner;

  Links(Network network) {
    this(network, Commands::runAsRoot);
  }

  Links(Network network, Commands.Runner runner) {
    this.network = network;
    this.runner = runner;
  }

  /**
   * Puts rules in force, in the place of those that were.
   *
   * @param rules of {@link PacketRules}
   */
  void filter(String member, String rules) throws IOException {
    runner.output(Namespaces.inside(network.namespace(member), List.of("nft", rules)));
  }

  /** Holds back each packet that a member sends. */
  void delay(String member, Duration by) throws IOException {
    runner.output(
        queue(member, "add", "root", "netem", "delay", by.toMillis() + "ms", "limit", "100000"));
  }

  /** All passes again, at once. Does no harm where it does. */
  void mend(String member) throws IOException {
    filter(member, PacketRules.none());
    if (runner.output(queue(member, "show")).contains("netem")) {
      runner.output(queue(member, "delete", "root"));
    }
  }

  private List<String> queue(String member, String action, String... what) {
    List<String> command =
        new ArrayList<>(List.of("tc", "-n", network.namespace(member), "qdisc", action));
    command.addAll(List.of("dev", Namespaces.INTERFACE));
    command.addAll(List.of(what));
    return command;
  }
}
