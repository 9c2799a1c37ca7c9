package dev.citusbench.cluster;

import java.util.List;
import java.util.Map;

/** The part of HAProxy's configuration that depends on the members. */
final class HaproxyRoutes {
  private HaproxyRoutes() {}

  /** Which group a route leads to. */
  static int group(String route) {
    return route.startsWith("worker") ? Integer.parseInt(route.substring("worker".length())) : 0;
  }

  /** Whether a route leads to standbys. */
  static boolean toStandbys(String route) {
    return route.equals("reader");
  }

  static String listen(Route route, List<Member> members, Map<String, Object> tuning) {
    StringBuilder text = new StringBuilder();
    text.append("listen ").append(route.name()).append('\n');
    text.append("    bind ").append(route.host()).append(':').append(route.port()).append('\n');
    text.append("    option httpchk\n");
    text.append("    http-check send meth OPTIONS uri ")
        .append(toStandbys(route.name()) ? "/replica" : "/primary")
        .append('\n');
    text.append("    http-check expect status 200\n");
    text.append(
        "    default-server inter %s fastinter %s downinter %s fall %s rise %s%s maxconn %s\n"
            .formatted(
                tuning.get("inter"),
                tuning.get("fastinter"),
                tuning.get("downinter"),
                tuning.get("fall"),
                tuning.get("rise"),
                "none".equals(tuning.get("on_marked_down"))
                    ? ""
                    : " on-marked-down " + tuning.get("on_marked_down"),
                tuning.get("maxconn")));
    for (Member member : members) {
      if (member.group() == group(route.name())) {
        text.append(
            "    server %s %s:%d check port %d\n"
                .formatted(member.name(), member.host(), member.port(), member.patroniPort()));
      }
    }
    return text.toString();
  }
}
