package dev.citusbench.cluster;

import dev.citusbench.results.Engine;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where Patroni keeps what it knows in etcd: {@code /service/SCOPE/GROUP/leader} with Citus, whose
 * groups share a scope, and {@code /service/SCOPE/leader} without, where each group has its own.
 */
final class PatroniKeys {
  /** Patroni's own namespace, which the configuration does not change. */
  private static final String SCOPE = "bench";

  /** All keys of this cluster begin with it. */
  static final String PREFIX = "/service/" + SCOPE;

  private static final Pattern KEY =
      Pattern.compile(
          PREFIX + "(?:/(?<group>\\d+)|-(?<name>[a-z0-9]+))/(?:leader|members/(?<member>[^/]+))");

  private PatroniKeys() {}

  /** The scope of a group's Patroni. */
  static String scope(Engine engine, int group) {
    return engine == Engine.CITUS ? SCOPE : SCOPE + "-" + Member.groupName(group);
  }

  /** The key that says which standby of a group is synchronous. */
  static String sync(Engine engine, int group) {
    return "/service/"
        + scope(engine, group)
        + (engine == Engine.CITUS ? "/" + group : "")
        + "/sync";
  }

  /**
   * What a key is about.
   *
   * @param member empty for the key of the group's leader
   */
  record Subject(int group, String member) {
    boolean isLeader() {
      return member.isEmpty();
    }
  }

  /** Empty for keys that hold something else: configuration, history, …. */
  static Optional<Subject> subject(String key) {
    Matcher matcher = KEY.matcher(key);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String number = matcher.group("group");
    String name = matcher.group("name");
    int group =
        number != null
            ? Integer.parseInt(number)
            : name.equals(Member.groupName(0))
                ? 0
                : Integer.parseInt(name.substring(Member.groupName(1).length() - 1));
    String member = matcher.group("member");
    return Optional.of(new Subject(group, member == null ? "" : member));
  }
}
