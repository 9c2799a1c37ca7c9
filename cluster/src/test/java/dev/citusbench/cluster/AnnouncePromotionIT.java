package dev.citusbench.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program itself, with REST APIs that we answer for Patroni. */
final class AnnouncePromotionIT {
  private static final String PROGRAM = "cluster/programs/announce-promotion.py";

  @TempDir Path folder;
  private final List<String> posted = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger asked = new AtomicInteger();
  private HttpServer own;
  private HttpServer standby;
  private HttpServer leader;

  @BeforeEach
  void serve() throws IOException {
    own = server();
    standby = server();
    leader = server();
    own.createContext(
        "/patroni",
        exchange ->
            answer(
                exchange,
                200,
                asked.incrementAndGet() < 3
                    ? "{\"state\": \"running\", \"role\": \"replica\"}"
                    : "{\"state\": \"running\", \"role\": \"master\"}"));
    own.createContext(
        "/config", exchange -> answer(exchange, 200, "{\"ttl\": 20, \"retry_timeout\": 3}"));
    standby.createContext("/primary", exchange -> answer(exchange, 503, "{}"));
    leader.createContext("/primary", exchange -> answer(exchange, 200, "{}"));
    for (HttpServer coordinator : List.of(standby, leader)) {
      coordinator.createContext(
          "/citus",
          exchange -> {
            posted.add(
                "%s %s %s"
                    .formatted(
                        coordinator == leader ? "leader" : "standby",
                        exchange.getRequestHeaders().getFirst("Authorization"),
                        new String(
                            exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            answer(exchange, 200, "OK");
          });
    }
  }

  @AfterEach
  void stop() {
    for (HttpServer server : List.of(own, standby, leader)) {
      server.stop(0);
    }
  }

  private static HttpServer server() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
    return server;
  }

  private static void answer(HttpExchange exchange, int status, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private static String address(HttpServer server) {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  private Commands.Result run(String role, String coordinators) throws IOException {
    Path configuration = folder.resolve("patroni.yml");
    Files.writeString(
        configuration,
        """
        name: worker1-b
        restapi:
          connect_address: %s
          authentication: {username: u, password: p}
        citus: {"group": 1, "database": "bench"}
        """
            .formatted(address(own)));
    return Commands.run(
        List.of(
            "python3",
            TestHome.checkout().resolve(PROGRAM).toString(),
            configuration.toString(),
            coordinators,
            "on_role_change",
            role,
            "bench"));
  }

  @Test
  void theCoordinatorsLeaderIsToldOnceWritesAreTaken() throws IOException {
    Commands.Result result = run("master", address(standby) + "," + address(leader));
    assertThat(result.output()).isEmpty();
    assertThat(result.exit()).isZero();
    assertThat(asked).hasValue(3);
    assertThat(posted)
        .containsExactly(
            "leader Basic dTpw {\"type\": \"after_promote\", \"group\": 1, \"leader\": \"worker1-b\","
                + " \"timeout\": 20, \"cooldown\": 3}");
  }

  @Test
  void aStandbyHasNothingToSay() throws IOException {
    assertThat(run("replica", address(leader)).exit()).isZero();
    assertThat(asked).hasValue(0);
    assertThat(posted).isEmpty();
  }

  @Test
  void withoutALeaderItSaysSoAndLeavesItToPatroni() throws IOException {
    Commands.Result result = run("primary", address(standby));
    assertThat(result.exit()).isEqualTo(1);
    assertThat(result.output()).contains("none of 127.0.0.1:", "is the coordinator's leader");
    assertThat(posted).isEmpty();
  }
}
