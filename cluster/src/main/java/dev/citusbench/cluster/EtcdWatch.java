package dev.citusbench.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Follows all keys with a prefix through the HTTP gateway of one of several etcds. First what there
 * is, then each change as etcd makes it. Where the etcd goes away, the next one is asked for
 * everything since the last change seen, again and again until one answers; an etcd without quorum
 * changes nothing, and its watch is merely silent.
 */
final class EtcdWatch implements AutoCloseable {
  /** How long before it is seen a change can have been made, while a watch is open. */
  static final Duration LIVE = Duration.ofMillis(10);

  private static final Duration RETRY = Duration.ofMillis(20);

  /**
   * One change, or what there was at first.
   *
   * @param within it was made at most so long before {@code at}: {@link #LIVE}, or the time without
   *     an etcd
   * @param value null where the key was deleted
   */
  record Change(Instant at, Duration within, String key, @Nullable String value) {}

  private final List<Daemon> etcd;
  private final String prefix;
  private final Consumer<Change> consumer;
  private final Http http = new Http(300, 1000);
  private final Thread thread = new Thread(this::run, "observe-etcd");
  private final Set<String> known = new HashSet<>();
  private volatile boolean closed;
  private volatile Http.@Nullable Lines lines;

  /** The last one seen; 0 before the first look, and where etcd has forgotten what came since. */
  private long revision;

  /** The newest one when the watch was created: what is not newer was made before. */
  private long created;

  private Instant heard = Instant.now();

  /**
   * A watch that does not look yet.
   *
   * @param consumer called by one thread, the watch's own
   */
  EtcdWatch(List<Daemon> etcd, String prefix, Consumer<Change> consumer) {
    this.etcd = etcd;
    this.prefix = prefix;
    this.consumer = consumer;
  }

  void begin() {
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    for (int next = 0; !closed; next++) {
      try {
        follow(etcd.get(next % etcd.size()));
      } catch (IOException | JacksonException e) {
        // Gone, or not yet there: the next one is asked.
      }
      if (!closed) {
        LockSupport.parkNanos(RETRY.toNanos());
      }
    }
  }

  private void follow(Daemon daemon) throws IOException {
    if (revision == 0) {
      read(daemon);
    }
    Map<String, Object> request =
        Map.of("key", code(prefix), "range_end", code(after()), "start_revision", revision + 1);
    created = revision;
    boolean open = false;
    try (Http.Lines each =
        http.lines(
            daemon.host(),
            daemon.port(),
            "/v3/watch",
            Json.FLAT.writeValueAsString(Map.of("create_request", request)))) {
      lines = each;
      for (String line = closed ? null : each.next(); line != null; line = each.next()) {
        open = true;
        take(Json.FLAT.readTree(line));
      }
    } finally {
      lines = null;
      if (open) {
        heard = Instant.now();
      }
    }
  }

  /** What there is now, also from an etcd without quorum: the watch tells what it did not know. */
  private void read(Daemon daemon) throws IOException {
    String range =
        Json.FLAT.writeValueAsString(
            Map.of("key", code(prefix), "range_end", code(after()), "serializable", true));
    Http.Answer answer =
        http.send("POST", daemon.host(), daemon.port(), "/v3/kv/range", null, range);
    JsonNode json = Json.FLAT.readTree(answer.body());
    if (answer.status() != 200) {
      throw new IOException("etcd answered " + answer.status());
    }
    Set<String> gone = new HashSet<>(known);
    Instant at = Instant.now();
    for (JsonNode pair : json.path("kvs")) {
      String key = text(pair.path("key"));
      gone.remove(key);
      known.add(key);
      consumer.accept(new Change(at, Duration.between(heard, at), key, text(pair.path("value"))));
    }
    for (String key : gone) {
      known.remove(key);
      consumer.accept(new Change(at, Duration.between(heard, at), key, null));
    }
    revision = number(json.path("header").path("revision"));
  }

  private void take(JsonNode line) throws IOException {
    JsonNode result = line.path("result");
    if (result.path("canceled").asBoolean(false)) {
      if (number(result.path("compact_revision")) > 0) {
        revision = 0;
      }
      throw new IOException("etcd ended the watch");
    }
    if (!line.has("result")) {
      throw new IOException("etcd answered " + line);
    }
    if (result.path("created").asBoolean(false)) {
      created = Math.max(created, number(result.path("header").path("revision")));
    }
    Instant at = Instant.now();
    for (JsonNode event : result.path("events")) {
      JsonNode pair = event.path("kv");
      long made = number(pair.path("mod_revision"));
      String key = text(pair.path("key"));
      boolean deleted = event.path("type").asString("").equals("DELETE");
      if (deleted) {
        known.remove(key);
      } else {
        known.add(key);
      }
      Duration late = made > created ? LIVE : Duration.between(heard, at).plus(LIVE);
      consumer.accept(new Change(at, late, key, deleted ? null : text(pair.path("value"))));
      revision = Math.max(revision, made);
    }
  }

  /** The first key that is behind all with the prefix. */
  private String after() {
    int last = prefix.length() - 1;
    return prefix.substring(0, last) + (char) (prefix.charAt(last) + 1);
  }

  private static String code(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(JsonNode code) {
    return new String(Base64.getDecoder().decode(code.asString("")), StandardCharsets.UTF_8);
  }

  /** The gateway writes 64-bit numbers as strings. */
  private static long number(JsonNode node) {
    String text = node.asString("");
    return text.isEmpty() ? 0 : Long.parseLong(text);
  }

  /** Ends the watch; nothing is reported after it returns, as long as the consumer is not stuck. */
  @Override
  public void close() {
    closed = true;
    Http.Lines open = lines;
    if (open != null) {
      open.close();
    }
    LockSupport.unpark(thread);
    try {
      thread.join(1_500);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
