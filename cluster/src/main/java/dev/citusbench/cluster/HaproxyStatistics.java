package dev.citusbench.cluster;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** HAProxy's statistics page as CSV. */
final class HaproxyStatistics {
  private final Http http;
  private final String host;
  private final int port;
  private final Login login;

  HaproxyStatistics(Daemon haproxy, Login login) {
    this(haproxy, login, new Http(300, 1000));
  }

  HaproxyStatistics(Daemon haproxy, Login login, Http http) {
    this.host = haproxy.host();
    this.port = haproxy.port();
    this.login = login;
    this.http = http;
  }

  /** States of the servers by route and member: {@code UP}, {@code DOWN}, {@code DOWN 1/2} …. */
  Map<String, Map<String, String>> states() throws IOException {
    Http.Answer answer = http.get(host, port, "/statistics;csv", login);
    if (answer.status() != 200) {
      throw new IOException("statistics page answered " + answer.status());
    }
    List<String> lines = answer.body().lines().toList();
    if (lines.isEmpty() || !lines.get(0).startsWith("# ")) {
      throw new IOException("statistics page answered without CSV");
    }
    List<String> columns = List.of(lines.get(0).substring(2).split(","));
    int status = columns.indexOf("status");
    Map<String, Map<String, String>> states = new LinkedHashMap<>();
    for (String line : lines.subList(1, lines.size())) {
      // Commas inside of fields come only after the status column.
      String[] fields = line.split(",", -1);
      if (fields.length <= status || fields[0].equals("statistics")) {
        continue;
      }
      if (!fields[1].equals("FRONTEND") && !fields[1].equals("BACKEND")) {
        states
            .computeIfAbsent(fields[0], r -> new LinkedHashMap<>())
            .put(fields[1], fields[status]);
      }
    }
    return states;
  }
}
