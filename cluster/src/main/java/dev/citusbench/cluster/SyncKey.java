package dev.citusbench.cluster;

import dev.citusbench.results.Engine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Who wrote the key that says which standby of a group is synchronous, asked of etcd. */
final class SyncKey {
  private final List<Daemon> etcd;
  private final Engine engine;
  private final Http http = new Http(300, 1500);

  SyncKey(ClusterFile file) {
    this.etcd = file.etcd();
    this.engine = file.engine();
  }

  /**
   * The primary that wrote it; empty where the key is not there, or says that nobody is one.
   *
   * @throws IOException where no etcd answers
   */
  Optional<String> writer(int group) throws IOException {
    String key = PatroniKeys.sync(engine, group);
    String range =
        Json.FLAT.writeValueAsString(
            Map.of(
                "key", Base64.getEncoder().encodeToString(key.getBytes(StandardCharsets.UTF_8))));
    IOException failed = new IOException("there is no etcd");
    for (Daemon daemon : etcd) {
      try {
        Http.Answer answer =
            http.send("POST", daemon.host(), daemon.port(), "/v3/kv/range", null, range);
        if (answer.status() == 200) {
          return writer(Json.FLAT.readTree(answer.body()));
        }
        failed = new IOException("%s answered %d".formatted(daemon.name(), answer.status()));
      } catch (IOException e) {
        failed = e;
      } catch (JacksonException e) {
        failed = new IOException("%s: %s".formatted(daemon.name(), e.getMessage()), e);
      }
    }
    throw failed;
  }

  private static Optional<String> writer(JsonNode answer) {
    String value = answer.path("kvs").path(0).path("value").asString("");
    if (value.isEmpty()) {
      return Optional.empty();
    }
    JsonNode key =
        Json.FLAT.readTree(new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8));
    return Optional.of(key.path("leader").asString("")).filter(leader -> !leader.isEmpty());
  }
}
