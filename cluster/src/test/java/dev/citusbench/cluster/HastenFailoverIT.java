package dev.citusbench.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program itself, with an etcd and Patronis that we answer for. */
final class HastenFailoverIT {
  private static final String OWN = "worker1-b";
  private static final String OTHER = "worker1-a";
  private static final String PREFIX = "/service/bench/1/";

  /** Longer than the program takes to be sure, several times. */
  private static final Duration LONG = Duration.ofSeconds(4);

  @TempDir Path folder;
  private final Map<String, String> keys = new TreeMap<>();
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger reads = new AtomicInteger();
  private final List<AutoCloseable> opened = new ArrayList<>();
  private HttpServer etcd;
  private HttpServer ownPatroni;
  private HttpServer otherPatroni;
  private long received;

  @BeforeEach
  void serve() throws IOException {
    etcd = server();
    etcd.createContext("/v3/kv/range", exchange -> answer(exchange, range()));
    etcd.createContext("/v3/kv/txn", exchange -> note(exchange, "{\"succeeded\": true}"));
    ownPatroni = server();
    ownPatroni.createContext("/config", exchange -> note(exchange, "{}"));
    otherPatroni = server();
    otherPatroni.createContext(
        "/patroni",
        exchange ->
            answer(exchange, "{\"xlog\": {\"received_location\": %d}}".formatted(received)));
  }

  @AfterEach
  void stop() throws Exception {
    Collections.reverse(opened);
    for (AutoCloseable each : opened) {
      each.close();
    }
  }

  private HttpServer server() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
    opened.add(() -> server.stop(0));
    return server;
  }

  private static void answer(HttpExchange exchange, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private void note(HttpExchange exchange, String text) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body);
    answer(exchange, text);
  }

  private String range() {
    reads.incrementAndGet();
    return keys.entrySet().stream()
        .map(
            key ->
                "{\"key\": \"%s\", \"value\": \"%s\", \"mod_revision\": \"17\"}"
                    .formatted(code(PREFIX + key.getKey()), code(key.getValue())))
        .collect(Collectors.joining(", ", "{\"kvs\": [", "]}"));
  }

  private static String code(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String address(HttpServer server) {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** An address of this machine where nobody listens. */
  private static String nobody() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return "127.0.0.1:" + socket.getLocalPort();
    }
  }

  /** One that takes no connection and refuses none: its backlog is full. */
  private String silent() throws IOException {
    ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    opened.add(socket);
    for (int i = 0; i < 2; i++) {
      opened.add(new Socket(socket.getInetAddress(), socket.getLocalPort()));
    }
    return "127.0.0.1:" + socket.getLocalPort();
  }

  private void member(String name, String patroni, String postgres) {
    keys.put(
        "members/" + name,
        "{\"api_url\": \"http://%s/patroni\", \"conn_url\": \"postgres://%s/postgres\"}"
            .formatted(patroni, postgres));
  }

  private void leader(String name) {
    keys.put("leader", name);
    keys.put("sync", "{\"leader\": \"%s\", \"sync_standby\": null}".formatted(name));
  }

  /** Runs it for as long as the test, with a shell in Patroni's place. */
  private Process start() throws IOException {
    Files.createDirectories(folder.resolve("data"));
    Path configuration = folder.resolve("patroni.yml");
    Files.writeString(
        configuration,
        """
        scope: bench
        name: %s
        restapi:
          connect_address: %s
          authentication: {username: u, password: p}
        etcd3: {hosts: ["%s", "%s"]}
        citus: {"group": 1, "database": "bench"}
        postgresql: {data_dir: %s, bin_dir: %s}
        """
            .formatted(
                OWN, address(ownPatroni), nobody(), address(etcd), folder.resolve("data"), folder));
    Process process =
        new ProcessBuilder(
                "python3",
                TestHome.checkout().resolve("cluster/programs/hasten-failover.py").toString(),
                "sh",
                "-c",
                "echo as $0; exec sleep 30",
                configuration.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    opened.add(
        () -> {
          process.destroyForcibly();
          assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        });
    return process;
  }

  private String log() throws IOException {
    return Files.readString(folder.resolve("log"));
  }

  private void controlData(String state) throws IOException {
    Path program = folder.resolve("pg_controldata");
    Files.writeString(
        program,
        """
        #!/bin/sh
        echo 'Database cluster state:               %s'
        echo 'Latest checkpoint location:           1/20'
        """
            .formatted(state));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
  }

  /** A PostgreSQL of this member, by its process id. */
  private Process postgres() throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    Process process = new ProcessBuilder("sleep", "30").directory(data.toFile()).start();
    opened.add(process::destroyForcibly);
    Files.writeString(folder.resolve("data/postmaster.pid"), process.pid() + "\n/data\n");
    return process;
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as("nanoseconds beyond the deadline").isNegative();
      Waiting.millis(20);
    }
  }

  private void awaitReads(int more) {
    int before = reads.get();
    await(() -> reads.get() >= before + more);
  }

  /** Nothing is asked for in a time that would be enough. */
  private void nothingIsAsked() throws InterruptedException {
    awaitReads(1);
    Thread.sleep(LONG.toMillis());
    assertThat(asked).isEmpty();
  }

  @Test
  void itBecomesPatroniAndEndsWithIt() throws Exception {
    member(OTHER, address(otherPatroni), address(otherPatroni));
    leader(OTHER);
    Process process = start();
    awaitReads(1);
    assertThat(log()).startsWith("as " + folder.resolve("patroni.yml"));
    assertThat(process.info().command().orElse("")).endsWith("sleep");
    ProcessHandle companion = process.children().findFirst().orElseThrow();
    process.destroyForcibly();
    await(() -> !companion.isAlive());
  }

  @Test
  void theKeyOfALeaderWhoseMachineRefusesIsReleasedIfNobodyHasWrittenItSince() throws Exception {
    member(OTHER, nobody(), nobody());
    leader(OTHER);
    start();
    await(() -> !asked.isEmpty());
    assertThat(asked.get(0))
        .startsWith("POST /v3/kv/txn ")
        .contains("\"mod_revision\": \"17\"")
        .contains("\"request_delete_range\": {\"key\": \"" + code(PREFIX + "leader") + "\"}");
    assertThat(log()).contains("hasten-failover: worker1-a refuses connections");
  }

  @Test
  void whereOneOfBothAnswersNothingIsReleased() throws Exception {
    member(OTHER, nobody(), address(otherPatroni));
    leader(OTHER);
    start();
    nothingIsAsked();
  }

  @Test
  void aSilentLeaderIsLeftAlone() throws Exception {
    member(OTHER, silent(), silent());
    leader(OTHER);
    start();
    nothingIsAsked();
  }

  @Test
  void nothingIsReleasedWhilePatroniIsPausedNorIsTheOwnKey() throws Exception {
    member(OTHER, nobody(), nobody());
    leader(OTHER);
    keys.put("config", "{\"pause\": true}");
    start();
    nothingIsAsked();
    keys.remove("config");
    member(OWN, nobody(), nobody());
    leader(OWN);
    nothingIsAsked();
  }

  @Test
  void patroniIsWokenUpOnceWhereItsPostgresHasEnded() throws Exception {
    controlData("in production");
    member(OWN, address(ownPatroni), nobody());
    leader(OWN);
    Process postgres = postgres();
    start();
    awaitReads(1);
    postgres.destroyForcibly();
    await(() -> !asked.isEmpty());
    awaitReads(1);
    assertThat(asked).containsExactly("PATCH /config {\"wake-up\": null}");
  }

  @Test
  void anotherProcessWithAnOldPidIsNotPostgres() throws Exception {
    controlData("in production");
    member(OWN, address(ownPatroni), nobody());
    leader(OWN);
    Files.createDirectories(folder.resolve("data"));
    Process other = new ProcessBuilder("sleep", "30").start();
    opened.add(other::destroyForcibly);
    Files.writeString(folder.resolve("data/postmaster.pid"), other.pid() + "\n/data\n");
    start();
    awaitReads(1);
    other.destroyForcibly();
    nothingIsAsked();
  }

  @Test
  void anAnswerThatIsCutOffEndsNothing() throws Exception {
    member(OTHER, nobody(), nobody());
    leader(OTHER);
    String whole = keys.remove("leader");
    keys.put("members/" + OTHER, "[");
    start();
    awaitReads(2);
    member(OTHER, nobody(), nobody());
    keys.put("leader", whole);
    await(() -> !asked.isEmpty());
    assertThat(asked.get(0)).startsWith("POST /v3/kv/txn ");
  }

  @Test
  void theLeaderKeyIsReleasedAfterAShutdownForASwitchoverWhoseWalTheStandbyHas() throws Exception {
    controlData("shut down");
    received = (1L << 32) + 0x20 + 100;
    member(OWN, address(ownPatroni), nobody());
    member(OTHER, address(otherPatroni), address(otherPatroni));
    leader(OWN);
    keys.put("failover", "{\"leader\": \"%s\"}".formatted(OWN));
    Process postgres = postgres();
    start();
    awaitReads(1);
    postgres.destroyForcibly();
    await(() -> !asked.isEmpty());
    assertThat(asked.get(0)).startsWith("POST /v3/kv/txn ");
    assertThat(log()).contains("has shut down for a switchover");
  }

  @Test
  void whatTheStandbyDoesNotHaveOrNobodyAskedForIsLeftToPatroni() throws Exception {
    controlData("shut down");
    received = (1L << 32) + 0x20;
    member(OWN, address(ownPatroni), nobody());
    member(OTHER, address(otherPatroni), address(otherPatroni));
    leader(OWN);
    keys.put("failover", "{\"leader\": \"%s\"}".formatted(OWN));
    Process postgres = postgres();
    start();
    awaitReads(1);
    postgres.destroyForcibly();
    await(() -> !asked.isEmpty());
    keys.remove("failover");
    received += 100;
    Process next = postgres();
    Thread.sleep(1000);
    next.destroyForcibly();
    await(() -> asked.size() > 1);
    assertThat(asked).allMatch(request -> request.startsWith("PATCH /config"));
  }
}
