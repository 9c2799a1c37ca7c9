package dev.citusbench.cluster;

import java.io.IOException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Patroni's REST API of the members, with short time-outs. */
final class PatroniApi {
  private final Http http;
  private final Login login;

  PatroniApi(Login login) {
    this(login, new Http(300, 1500));
  }

  PatroniApi(Login login, Http http) {
    this.login = login;
    this.http = http;
  }

  /**
   * What a member says of itself.
   *
   * @param role "primary", "standby", or "none" where it has no database yet
   * @param state Patroni's word: {@code running}, {@code starting}, {@code creating replica} …
   * @param position write position of a primary, replay position of a standby, in bytes
   * @param streaming of a primary: those that stream from it by name, each with its sync state
   * @param dcsLastSeen when Patroni last reached etcd, in seconds since 1970
   */
  record Answer(
      String role,
      String state,
      @Nullable Long timeline,
      @Nullable Long position,
      Map<String, String> streaming,
      boolean pendingRestart,
      long dcsLastSeen) {
    boolean isPrimary() {
      return role.equals("primary") && state.equals("running");
    }
  }

  Answer ask(Member member) throws IOException {
    JsonNode json = json(http.get(member.host(), member.patroniPort(), "/patroni", null));
    String role =
        switch (json.path("role").asString("")) {
          case "master", "primary" -> "primary";
          case "replica", "standby_leader" -> "standby";
          default -> "none";
        };
    JsonNode xlog = json.path("xlog");
    Long position = null;
    if (xlog.has("location")) {
      position = xlog.path("location").asLong();
    } else if (xlog.has("replayed_location")) {
      position = xlog.path("replayed_location").asLong();
    }
    Map<String, String> streaming = new LinkedHashMap<>();
    for (JsonNode sender : json.path("replication")) {
      if (sender.path("state").asString("").equals("streaming")) {
        streaming.put(
            sender.path("application_name").asString(""), sender.path("sync_state").asString(""));
      }
    }
    return new Answer(
        role,
        json.path("state").asString("unknown"),
        json.has("timeline") ? json.path("timeline").asLong() : null,
        position,
        streaming,
        json.path("pending_restart").asBoolean(false),
        json.path("dcs_last_seen").asLong(0));
  }

  /** Names of all that have WAL sent by a primary, whether they have caught up or not. */
  Set<String> senders(Member primary) throws IOException {
    Set<String> names = new HashSet<>();
    for (JsonNode sender :
        json(http.get(primary.host(), primary.patroniPort(), "/patroni", null))
            .path("replication")) {
      names.add(sender.path("application_name").asString(""));
    }
    return names;
  }

  /**
   * Names of the standbys of a group that may be promoted without losing writes, as etcd has them.
   * Patroni writes them there up to 2 s after PostgreSQL began to wait for them, and a primary that
   * dies in between has no successor.
   */
  Set<String> synchronousStandbys(Member member) throws IOException {
    JsonNode json = json(http.get(member.host(), member.patroniPort(), "/cluster", null));
    Set<String> names = new HashSet<>();
    for (JsonNode one : json.path("members")) {
      String role = one.path("role").asString("");
      if (role.equals("sync_standby") || role.equals("quorum_standby")) {
        names.add(one.path("name").asString(""));
      }
    }
    return names;
  }

  /**
   * The promotions of a group's primaries that Patroni knows of, the newest last. The leader of the
   * group writes them to etcd within a loop of its own.
   */
  List<Promotion> history(Member member) throws IOException {
    List<Promotion> promotions = new ArrayList<>();
    for (JsonNode line : json(http.get(member.host(), member.patroniPort(), "/history", null))) {
      // A line is about the timeline that ended: [1, position, reason, when the next began, whose].
      String at = line.path(3).asString("");
      promotions.add(
          new Promotion(
              member.group(),
              line.path(0).asLong() + 1,
              at.isEmpty() ? null : OffsetDateTime.parse(at).toInstant(),
              line.path(4).asString("")));
    }
    return promotions;
  }

  JsonNode configuration(Member member) throws IOException {
    return json(http.get(member.host(), member.patroniPort(), "/config", null));
  }

  /** Changes the group's dynamic configuration, and wakes this member up to see it. */
  void patch(Member member, Map<String, Object> change) throws IOException {
    Http.Answer answer =
        http.send(
            "PATCH",
            member.host(),
            member.patroniPort(),
            "/config",
            login,
            Json.FLAT.writeValueAsString(change));
    if (answer.status() != 200) {
      throw new IOException("PATCH /config answered " + answer.status());
    }
  }

  /**
   * Asks a member's Patroni for something, and waits for its answer.
   *
   * @param path such as {@code /switchover}
   */
  void post(Member member, String path, Map<String, Object> body) throws IOException {
    Http.Answer answer =
        http.send(
            "POST",
            member.host(),
            member.patroniPort(),
            path,
            login,
            Json.FLAT.writeValueAsString(body));
    if (answer.status() / 100 != 2) {
      throw new IOException("it answered %d: %s".formatted(answer.status(), answer.body().strip()));
    }
  }

  private static JsonNode json(Http.Answer answer) throws IOException {
    try {
      return Json.FLAT.readTree(answer.body());
    } catch (JacksonException e) {
      throw new IOException("answered " + answer.status() + " without JSON", e);
    }
  }
}
