package dev.citusbench.sql;

import dev.citusbench.results.Engine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Throw-away PostgreSQL servers for tests: a coordinator and, but for engine {@code single}, two
 * workers, on free ports, with SCRAM passwords, not highly available. Skips the test with the
 * reason where PostgreSQL, or Citus for engine {@code citus}, is not installed.
 */
final class PostgresServers implements AutoCloseable {
  private static final String DATABASE = "bench";
  private static final String USER = "postgres";
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

  private final Path folder;
  private final Path binaries;
  private final String password = UUID.randomUUID().toString();
  private final List<String> asUser;
  private final List<Path> started = new ArrayList<>();
  private final List<Endpoint> endpoints = new ArrayList<>();
  private final Engine engine;
  private final Thread hook = new Thread(this::stopAll);

  private PostgresServers(Engine engine, Path binaries) throws IOException {
    this.engine = engine;
    this.binaries = binaries;
    this.folder = Files.createTempDirectory("bench-sql-it");
    this.asUser =
        "root".equals(System.getProperty("user.name"))
            ? List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--")
            : List.of();
  }

  static PostgresServers start(Engine engine) throws Exception {
    Path binaries = findBinaries();
    if (engine == Engine.CITUS) {
      Path control =
          Path.of(output(binaries.resolve("pg_config").toString(), "--sharedir"))
              .resolve("extension/citus.control");
      Assumptions.assumeTrue(
          Files.exists(control), "Citus is not installed: there is no " + control);
    }
    PostgresServers servers = new PostgresServers(engine, binaries);
    Runtime.getRuntime().addShutdownHook(servers.hook);
    try {
      servers.startAll();
      return servers;
    } catch (IOException | InterruptedException | SQLException | RuntimeException e) {
      servers.close();
      throw e;
    }
  }

  Target target() {
    return target(DATABASE);
  }

  private Target target(String database) {
    return new Target(
        engine,
        endpoints.get(0),
        endpoints.subList(1, endpoints.size()),
        database,
        USER,
        password,
        Map.of());
  }

  /** Runs a file by psql, as a person would. */
  String psql(int group, Path file, String... variables) throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of("psql", "-X", "-h", endpoints.get(group).host(), "-p"));
    command.add(Integer.toString(endpoints.get(group).port()));
    command.addAll(List.of("-U", USER, "-d", DATABASE));
    for (String variable : variables) {
      command.addAll(List.of("-v", variable));
    }
    command.addAll(List.of("-f", file.toString()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("PGPASSWORD", password);
    return run(builder);
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(hook);
    stopAll();
  }

  private void startAll() throws IOException, InterruptedException, SQLException {
    Path passwordFile = folder.resolve("password");
    Files.writeString(passwordFile, password);
    if (!asUser.isEmpty()) {
      run(new ProcessBuilder("chown", "-R", "postgres:", folder.toString()));
    }
    Path first = folder.resolve("0");
    run(
        user(
            binaries.resolve("initdb").toString(),
            "-D",
            first.toString(),
            "-U",
            USER,
            "--pwfile=" + passwordFile,
            "--auth=scram-sha-256",
            "--no-sync",
            "--encoding=UTF8",
            "--locale=C"));
    int servers = engine == Engine.SINGLE ? 1 : 3;
    for (int group = 1; group < servers; group++) {
      run(user("cp", "-a", first.toString(), folder.resolve("" + group).toString()));
    }
    for (int group = 0; group < servers; group++) {
      startOne(folder.resolve("" + group));
    }
    for (int group = 0; group < servers; group++) {
      execute(group, "postgres", "create database " + DATABASE);
    }
    if (engine == Engine.CITUS) {
      for (int group = 0; group < servers; group++) {
        execute(group, DATABASE, "create extension citus");
        execute(
            group,
            DATABASE,
            "insert into pg_dist_authinfo values (0, 'postgres', 'password=" + password + "')");
      }
      execute(
          0,
          DATABASE,
          "select citus_set_coordinator_host('127.0.0.1', " + endpoints.get(0).port() + ")");
      for (int group = 1; group < servers; group++) {
        execute(
            0, DATABASE, "select citus_add_node('127.0.0.1', " + endpoints.get(group).port() + ")");
      }
    }
  }

  private void startOne(Path data) throws IOException, InterruptedException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    String options =
        "-c port=%d -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
                .formatted(port)
            + " -c max_connections=200 -c wal_level=logical -c max_prepared_transactions=200"
            + (engine == Engine.CITUS
                ? " -c shared_preload_libraries=citus -c citus.node_conninfo=sslmode=prefer"
                    + " -c citus.enable_stat_counters=on"
                : "");
    started.add(data);
    endpoints.add(new Endpoint("127.0.0.1", port));
    run(
        user(
            binaries.resolve("pg_ctl").toString(),
            "-D",
            data.toString(),
            "-l",
            data + ".log",
            "-w",
            "-t",
            Long.toString(START_TIMEOUT.toSeconds()),
            "-o",
            options,
            "start"));
  }

  private void execute(int group, String database, String sql) throws SQLException {
    try (Connection connection = target(database).connectForLoad(group);
        java.sql.Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void stopAll() {
    for (Path data : started) {
      try {
        run(
            user(
                binaries.resolve("pg_ctl").toString(),
                "-D",
                data.toString(),
                "-m",
                "immediate",
                "stop"));
      } catch (IOException e) {
        System.getLogger("servers").log(System.Logger.Level.WARNING, "not stopped: " + data, e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    started.clear();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      System.getLogger("servers").log(System.Logger.Level.WARNING, "not removed: " + folder, e);
    }
  }

  private ProcessBuilder user(String... command) {
    List<String> all = new ArrayList<>(asUser);
    all.addAll(List.of(command));
    return new ProcessBuilder(all).directory(folder.toFile());
  }

  private String run(ProcessBuilder builder) throws IOException, InterruptedException {
    Path log = Files.createTempFile("bench-sql-it", ".out");
    try {
      Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
      boolean ended = process.waitFor(START_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      String output = Files.readString(log);
      if (!ended || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IOException(
            String.join(" ", builder.command()) + (ended ? " failed: " : " hangs: ") + output);
      }
      return output;
    } finally {
      Files.delete(log);
    }
  }

  private static Path findBinaries() throws IOException {
    try (Stream<Path> versions =
        Files.isDirectory(Path.of("/usr/lib/postgresql"))
            ? Files.list(Path.of("/usr/lib/postgresql"))
            : Stream.empty()) {
      List<Path> found =
          versions
              .map(version -> version.resolve("bin"))
              .filter(bin -> Files.exists(bin.resolve("postgres")))
              .sorted()
              .toList();
      Assumptions.assumeFalse(
          found.isEmpty(), "PostgreSQL is not installed in /usr/lib/postgresql");
      return found.get(found.size() - 1);
    }
  }

  private static String output(String... command) throws IOException {
    Process process = new ProcessBuilder(command).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
  }
}
