package dev.citusbench.cluster;

import dev.citusbench.results.Engine;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Asks Patroni, HAProxy and Citus how the cluster stands, all at once and with bounds. */
final class StatusReader {
  private final ClusterFile file;
  private final boolean synchronous;
  private final PatroniApi patroni;
  private final HaproxyStatistics haproxy;

  StatusReader(ClusterFile file, Tuning tuning) {
    this.file = file;
    this.synchronous = DynamicConfiguration.isSynchronous(tuning);
    this.patroni = new PatroniApi(file.credentials().patroni());
    this.haproxy = new HaproxyStatistics(file.haproxy(), file.credentials().statistics());
  }

  /** Answers by member; those that do not answer are not in it. */
  Map<String, PatroniApi.Answer> members() {
    Map<String, CompletableFuture<Optional<PatroniApi.Answer>>> asked = new LinkedHashMap<>();
    Executor threads = command -> daemonThread(command).start();
    for (Member member : file.members()) {
      asked.put(
          member.name(),
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return Optional.of(patroni.ask(member));
                } catch (IOException e) {
                  return Optional.<PatroniApi.Answer>empty();
                }
              },
              threads));
    }
    Map<String, PatroniApi.Answer> answers = new LinkedHashMap<>();
    asked.forEach((name, answer) -> answer.join().ifPresent(a -> answers.put(name, a)));
    return answers;
  }

  static Thread daemonThread(Runnable command) {
    Thread thread = new Thread(command, "cluster-status");
    thread.setDaemon(true);
    return thread;
  }

  /** The primary of a group, if one runs. */
  static Optional<Member> primary(
      ClusterFile file, int group, Map<String, PatroniApi.Answer> answers) {
    return file.group(group).stream()
        .filter(
            m -> {
              PatroniApi.Answer a = answers.get(m.name());
              return a != null && a.isPrimary();
            })
        // Two for a moment: the newer timeline is the one that was elected.
        .max(
            java.util.Comparator.comparingLong(
                m -> {
                  PatroniApi.Answer a = answers.get(m.name());
                  return a == null || a.timeline() == null ? 0 : a.timeline();
                }));
  }

  Status read() {
    Map<String, PatroniApi.Answer> answers = members();
    List<String> reasons = new ArrayList<>();
    List<Status.MemberStatus> members = new ArrayList<>();
    Map<Integer, Member> primaries = new LinkedHashMap<>();
    for (int group = 0; group <= file.workers(); group++) {
      Optional<Member> primary = primary(file, group, answers);
      if (primary.isPresent()) {
        primaries.put(group, primary.get());
      }
      readGroup(group, primary.orElse(null), answers, members, reasons);
    }
    List<Status.RouteStatus> routes = readRoutes(primaries, reasons);
    Member coordinator = primaries.get(0);
    if (file.engine() == Engine.CITUS && coordinator != null && reasons.isEmpty()) {
      checkMetadata(coordinator, primaries, reasons);
    }
    return new Status(reasons.isEmpty(), reasons, unprotected(members), members, routes);
  }

  private List<String> unprotected(List<Status.MemberStatus> members) {
    if (!synchronous || file.membersPerGroup() == 1) {
      return List.of();
    }
    return IntStream.rangeClosed(0, file.workers())
        .filter(group -> members.stream().noneMatch(m -> m.group() == group && m.sync()))
        .mapToObj(Member::groupName)
        .toList();
  }

  private void readGroup(
      int group,
      @Nullable Member primary,
      Map<String, PatroniApi.Answer> answers,
      List<Status.MemberStatus> members,
      List<String> reasons) {
    PatroniApi.Answer leader = primary == null ? null : answers.get(primary.name());
    Set<String> promotable = primary == null ? Set.of() : synchronousStandbys(primary);
    List<Status.MemberStatus> ours = new ArrayList<>();
    for (Member member : file.group(group)) {
      PatroniApi.Answer answer = answers.get(member.name());
      if (answer == null) {
        ours.add(
            new Status.MemberStatus(
                member.name(), group, "none", "unreachable", null, null, false));
        continue;
      }
      String sync = leader == null ? null : leader.streaming().get(member.name());
      boolean isSync =
          ("sync".equals(sync) || "quorum".equals(sync)) && promotable.contains(member.name());
      boolean standby = answer.role().equals("standby");
      Long lag = null;
      if (standby && leader != null && leader.position() != null && answer.position() != null) {
        lag = Math.max(0, leader.position() - answer.position());
      }
      String state =
          standby && sync != null && answer.state().equals("running")
              ? "streaming"
              : answer.state();
      ours.add(
          new Status.MemberStatus(
              member.name(), group, answer.role(), state, lag, answer.timeline(), isSync));
    }
    members.addAll(ours);
    if (leader == null || primary == null) {
      reasons.add(
          "%s has no primary: %s; see %s"
              .formatted(Member.groupName(group), describe(ours), log(group)));
      return;
    }
    for (Status.MemberStatus member : ours) {
      if (!member.name().equals(primary.name()) && !member.state().equals("streaming")) {
        reasons.add(
            "%s does not stream from %s: %s; see %s"
                .formatted(
                    member.name(), primary.name(), describe(List.of(member)), log(member.name())));
      }
    }
  }

  private Set<String> synchronousStandbys(Member primary) {
    try {
      return patroni.synchronousStandbys(primary);
    } catch (IOException e) {
      return Set.of(); // then it is said to have none
    }
  }

  private String log(int group) {
    return file.group(group).get(0).patroniLog();
  }

  private String log(String member) {
    return file.members().stream()
        .filter(m -> m.name().equals(member))
        .map(Member::patroniLog)
        .findFirst()
        .orElse("");
  }

  private static String describe(List<Status.MemberStatus> members) {
    return String.join(
        ", ",
        members.stream()
            .map(
                m ->
                    m.state().equals("unreachable")
                        ? m.name() + " does not answer"
                        : "%s is %s, %s%s"
                            .formatted(
                                m.name(),
                                m.role().equals("none") ? "without a role" : "a " + m.role(),
                                m.state(),
                                m.lagBytes() == null ? "" : " with " + m.lagBytes() + " B lag"))
            .toList());
  }

  private List<Status.RouteStatus> readRoutes(
      Map<Integer, Member> primaries, List<String> reasons) {
    Map<String, Map<String, String>> states;
    try {
      states = haproxy.states();
    } catch (IOException e) {
      reasons.add(
          "HAProxy's statistics page does not answer (%s); see %s"
              .formatted(e.getMessage(), file.haproxy().log()));
      return List.of();
    }
    List<Status.RouteStatus> routes = new ArrayList<>();
    for (Route route : file.routes()) {
      List<Status.ServerStatus> servers = new ArrayList<>();
      states
          .getOrDefault(route.name(), Map.of())
          .forEach((member, state) -> servers.add(new Status.ServerStatus(member, state)));
      routes.add(new Status.RouteStatus(route, servers));
      Member primary = primaries.get(HaproxyRoutes.group(route.name()));
      if (primary == null) {
        continue;
      }
      boolean toStandbys = HaproxyRoutes.toStandbys(route.name());
      for (Status.ServerStatus server : servers) {
        boolean wanted = server.member().equals(primary.name()) != toStandbys;
        // "UP 1/2" is on its way down: not settled.
        boolean settled = wanted ? server.state().equals("UP") : server.state().equals("DOWN");
        if (!settled) {
          reasons.add(
              "route %s: HAProxy has %s %s, should be %s; see %s"
                  .formatted(
                      route.name(),
                      server.member(),
                      server.state(),
                      wanted ? "UP" : "DOWN",
                      file.haproxy().log()));
        }
      }
    }
    return routes;
  }

  private void checkMetadata(
      Member coordinator, Map<Integer, Member> primaries, List<String> reasons) {
    Map<Integer, Integer> ports = new LinkedHashMap<>();
    try (Connection connection =
            Sql.connect(coordinator, file.database(), file.credentials().superuser());
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT groupid, nodeport FROM pg_catalog.pg_dist_node"
                    + " WHERE noderole = 'primary' AND isactive"
                    + " AND (groupid = 0 OR hasmetadata AND metadatasynced)")) {
      while (rows.next()) {
        ports.put(rows.getInt(1), rows.getInt(2));
      }
    } catch (SQLException e) {
      reasons.add(
          "cannot read pg_dist_node on %s: %s; see %s"
              .formatted(coordinator.name(), Sql.message(e), coordinator.postgresLog()));
      return;
    }
    primaries.forEach(
        (group, member) -> {
          Integer port = ports.get(group);
          if (port == null || port != member.port()) {
            reasons.add(
                "%s is %s in pg_dist_node of %s; see %s"
                    .formatted(
                        Member.groupName(group),
                        port == null ? "not registered and active" : "registered with port " + port,
                        coordinator.name(),
                        coordinator.patroniLog()));
          }
        });
  }
}
