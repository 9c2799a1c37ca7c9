package dev.citusbench.cluster;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the cluster stands at one moment.
 *
 * @param ready every group has a primary, every standby streams, workers are registered and active,
 *     HAProxy routes to the primaries
 * @param reasons why it is not ready; empty when it is
 * @param unprotected names of the groups whose primary waits for no standby although the tuning
 *     says so: Patroni assigns one some seconds after a start or a failover, and until then a
 *     failover could lose writes, or is not done
 */
public record Status(
    boolean ready,
    List<String> reasons,
    List<String> unprotected,
    List<MemberStatus> members,
    List<RouteStatus> routes) {

  /**
   * One member.
   *
   * @param role {@code primary}, {@code standby}, or {@code none}
   * @param state {@code running} for a primary, {@code streaming} for a standby, otherwise what
   *     Patroni says, or {@code unreachable}
   * @param lagBytes how far a standby's replay is behind its primary; null where unknown
   * @param timeline null where unknown
   * @param sync whether the primary waits for this standby, and Patroni may promote it
   */
  public record MemberStatus(
      String name,
      int group,
      String role,
      String state,
      @Nullable Long lagBytes,
      @Nullable Long timeline,
      boolean sync) {}

  /** One route and the states that HAProxy sees. */
  public record RouteStatus(Route route, List<ServerStatus> servers) {}

  /** A member behind a route, {@code UP} or {@code DOWN} and what HAProxy adds to it. */
  public record ServerStatus(String member, String state) {
    /** Whether new connections go there. */
    public boolean up() {
      return state.startsWith("UP");
    }
  }
}
