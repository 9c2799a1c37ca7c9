package dev.citusbench.cluster;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/**
 * The gateway of one etcd, as far as a watch needs it. Several share a {@link Store}, as the
 * members of one cluster do.
 */
final class FakeEtcd implements AutoCloseable {
  /** What all members know: every change with its revision. */
  static final class Store {
    private final List<String> events = new ArrayList<>();
    private final Map<String, String> keys = new TreeMap<>();
    private long compacted;

    synchronized void put(String key, String value) {
      keys.put(key, value);
      add("{\"kv\":{\"key\":\"%s\",\"value\":\"%s\"".formatted(code(key), code(value)));
    }

    synchronized void delete(String key) {
      keys.remove(key);
      add("{\"type\":\"DELETE\",\"kv\":{\"key\":\"%s\"".formatted(code(key)));
    }

    private void add(String event) {
      events.add(event + ",\"mod_revision\":\"%d\"}}".formatted(events.size() + 1));
      notifyAll();
    }

    /** Forgets what came before now. */
    synchronized void compact() {
      compacted = events.size();
    }

    private synchronized long compacted() {
      return compacted;
    }

    private synchronized String range() {
      return "{\"header\":{\"revision\":\"%d\"},\"kvs\":[%s]}"
          .formatted(
              events.size(),
              keys.entrySet().stream()
                  .map(
                      pair ->
                          "{\"key\":\"%s\",\"value\":\"%s\"}"
                              .formatted(code(pair.getKey()), code(pair.getValue())))
                  .collect(Collectors.joining(",")));
    }

    private synchronized long revision() {
      return events.size();
    }

    private synchronized String await(long revision) throws InterruptedException {
      while (events.size() < revision) {
        wait();
      }
      return events.get((int) revision - 1);
    }

    private static String code(String text) {
      return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  private final Store store;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  FakeEtcd(Store store) throws IOException {
    this(store, 0);
  }

  /** On a port, or on any where it is 0. */
  FakeEtcd(Store store, int port) throws IOException {
    this.store = store;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(threads);
    server.createContext("/v3/kv/range", this::range);
    server.createContext("/v3/watch", this::watch);
    server.start();
  }

  Daemon daemon() {
    return new Daemon("etcd", List.of("127.0.0.1:" + server.getAddress().getPort()), "", 0);
  }

  private void range(HttpExchange exchange) throws IOException {
    byte[] body = store.range().getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private void watch(HttpExchange exchange) throws IOException {
    JsonNode request =
        Json.FLAT.readTree(exchange.getRequestBody().readAllBytes()).path("create_request");
    long next = request.path("start_revision").asLong();
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream out = exchange.getResponseBody()) {
      long compacted = store.compacted();
      if (next <= compacted) {
        line(out, "\"canceled\":true,\"compact_revision\":\"%d\"".formatted(compacted));
        return;
      }
      line(out, "\"created\":true,\"header\":{\"revision\":\"%d\"}".formatted(store.revision()));
      while (true) {
        line(out, "\"events\":[" + store.await(next++) + "]");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void line(OutputStream out, String result) throws IOException {
    out.write(("{\"result\":{" + result + "}}\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  /** Dies: its connections break, and it takes no others. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
