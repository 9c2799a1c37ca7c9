package dev.citusbench.cluster;

import dev.citusbench.results.BenchException;
import java.io.IOException;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Which etcd leads, asked of each through etcd's HTTP gateway. */
final class EtcdLeader {
  private final List<Daemon> etcd;
  private final Http http = new Http(300, 1500);

  EtcdLeader(List<Daemon> etcd) {
    this.etcd = etcd;
  }

  /**
   * The leader's name.
   *
   * @throws BenchException where none of them says that it leads
   */
  String name() {
    StringBuilder seen = new StringBuilder();
    for (Daemon daemon : etcd) {
      try {
        String body =
            http.send("POST", daemon.host(), daemon.port(), "/v3/maintenance/status", null, "{}")
                .body();
        JsonNode status = Json.FLAT.readTree(body);
        String leader = status.path("leader").asString("");
        if (!leader.isEmpty()
            && leader.equals(status.path("header").path("member_id").asString(""))) {
          return daemon.name();
        }
        seen.append("; ").append(daemon.name()).append(" follows ").append(leader);
      } catch (IOException | JacksonException e) {
        seen.append("; ").append(daemon.name()).append(": ").append(e.getMessage());
      }
    }
    throw new BenchException(BenchException.Kind.CLUSTER, "no etcd leads" + seen);
  }
}
