package dev.citusbench.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is in force, read back and written down without secrets. */
final class Settings {
  private final ClusterFile file;
  private final Tuning tuning;

  Settings(ClusterFile file, Tuning tuning) {
    this.file = file;
    this.tuning = tuning;
  }

  List<String> save(Path dir) {
    List<String> problems = new ArrayList<>();
    try {
      Files.createDirectories(dir);
      for (Member member : file.members()) {
        try {
          write(dir, "postgres-" + member.name() + ".json", postgres(member));
        } catch (SQLException e) {
          problems.add("settings of %s: %s".formatted(member.name(), Sql.message(e)));
        }
      }
      PatroniApi patroni = new PatroniApi(file.credentials().patroni());
      for (int group = 0; group <= file.workers(); group++) {
        String name = "patroni-" + Member.groupName(group);
        IOException last = null;
        boolean written = false;
        for (Member member : file.group(group)) {
          try {
            write(dir, name + ".json", patroni.configuration(member));
            written = true;
            break;
          } catch (IOException e) {
            last = e;
          }
        }
        if (!written) {
          problems.add(name + ": " + (last == null ? "no member" : last.getMessage()));
        }
      }
      Path haproxy = Path.of(file.folder(), "haproxy", "haproxy.cfg");
      Files.writeString(
          dir.resolve("haproxy.cfg"),
          withoutSecrets(Files.readString(haproxy))
              .replaceAll("(?m)^( *stats auth [^:]+:).*$", "$1***"));
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("name", tuning.name());
      map.put("why", tuning.why());
      map.putAll(tuning.asMap());
      write(dir, "tuning.json", map);
    } catch (IOException e) {
      throw new UncheckedIOException("writing settings to " + dir, e);
    }
    return problems;
  }

  private static void write(Path dir, String name, Object value) throws IOException {
    Files.writeString(dir.resolve(name), Json.MAPPER.writeValueAsString(value) + "\n");
  }

  private Map<String, Map<String, String>> postgres(Member member) throws SQLException {
    try (Connection connection =
        Sql.connect(member, file.database(), file.credentials().superuser())) {
      return ServerSettings.read(connection, text -> Secrets.removed(text, file.credentials()));
    }
  }

  /** Takes out every password that we made, and what looks like one. */
  private String withoutSecrets(String text) {
    return Secrets.removed(ServerSettings.withoutPasswords(text), file.credentials());
  }
}
