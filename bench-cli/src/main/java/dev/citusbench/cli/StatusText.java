package dev.citusbench.cli;

import dev.citusbench.cluster.ClusterFile;
import dev.citusbench.cluster.Status;
import dev.citusbench.cluster.Status.MemberStatus;
import dev.citusbench.cluster.Status.RouteStatus;
import dev.citusbench.results.Engine;
import dev.citusbench.results.RuntimeKind;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/** How the cluster stands, for people and for programs; without passwords. */
final class StatusText {
  /** What there is to say where no cluster is up. */
  static final String NONE = "no cluster is up; start one with ./bench up";

  private StatusText() {}

  /** The document that {@code status --json} prints where no cluster is up. */
  record NoneDocument(boolean up, boolean ready, List<String> reasons) {}

  /** The document that {@code status --json} prints. */
  record Document(
      boolean up,
      boolean ready,
      List<String> reasons,
      List<String> unprotected,
      Engine engine,
      String engineVersion,
      RuntimeKind runtime,
      String network,
      String disk,
      String tuning,
      Instant startedAt,
      String database,
      List<MemberStatus> members,
      List<RouteStatus> routes,
      List<String> silentChanges) {}

  static String jsonOfNone() {
    return pretty(new NoneDocument(false, false, List.of(NONE)));
  }

  static String json(ClusterFile file, Status status) {
    return pretty(
        new Document(
            true,
            status.ready(),
            status.reasons(),
            status.unprotected(),
            file.engine(),
            file.engineVersion(),
            file.runtime(),
            file.network().kind().label(),
            file.disk().label(),
            file.tuning(),
            file.startedAt(),
            file.database(),
            status.members(),
            status.routes(),
            file.silentChanges()));
  }

  private static String pretty(Object document) {
    return JsonMapper.builder()
        .build()
        .writerWithDefaultPrettyPrinter()
        .writeValueAsString(document);
  }

  static String of(ClusterFile file, Status status) {
    StringBuilder text = new StringBuilder();
    text.append(
        "engine %s %s, tuning %s, runtime %s, network %s, disk %s, started %s%n"
            .formatted(
                file.engine(),
                file.engineVersion(),
                file.tuning(),
                file.runtime(),
                file.network().kind(),
                file.disk(),
                file.startedAt()));
    text.append(status.ready() ? "ready" : "NOT ready: " + String.join("; ", status.reasons()));
    if (!status.unprotected().isEmpty()) {
      text.append(
          "%nno synchronous standby yet: %s (Patroni assigns one soon after a start or a failover)"
              .formatted(String.join(", ", status.unprotected())));
    }
    text.append(
        "%n%n%-16s %-10s %-12s %10s %8s  %s%n"
            .formatted("member", "role", "state", "lag", "timeline", "address"));
    for (MemberStatus member : status.members()) {
      text.append(
          "%-16s %-10s %-12s %10s %8s  %s%n"
              .formatted(
                  member.name(),
                  member.sync() ? member.role() + "*" : member.role(),
                  member.state(),
                  member.lagBytes() == null ? "-" : member.lagBytes() + " B",
                  member.timeline() == null ? "-" : member.timeline(),
                  address(file, member)));
    }
    text.append("* the primary waits for this standby%n%n".formatted());
    text.append("%-16s %-22s %s%n".formatted("route", "address", "to"));
    for (RouteStatus route : status.routes()) {
      text.append(
          "%-16s %-22s %s%n"
              .formatted(
                  route.route().name(),
                  route.route().host() + ":" + route.route().port(),
                  route.servers().stream()
                      .filter(Status.ServerStatus::up)
                      .map(Status.ServerStatus::member)
                      .collect(Collectors.joining(", "))));
    }
    status.routes().stream()
        .filter(route -> route.route().name().equals("writer"))
        .forEach(
            route ->
                text.append(
                    "%npsql \"host=%s port=%d dbname=%s user=%s\"  (password: .bench/cluster.json)%n"
                        .formatted(
                            route.route().host(),
                            route.route().port(),
                            file.database(),
                            file.credentials().application().user())));
    file.silentChanges().forEach(change -> text.append("changed by a daemon: " + change + "\n"));
    return text.toString().stripTrailing();
  }

  private static String address(ClusterFile file, MemberStatus member) {
    return file.members().stream()
        .filter(m -> m.name().equals(member.name()))
        .map(m -> m.host() + ":" + m.port())
        .findFirst()
        .orElse("-");
  }
}
