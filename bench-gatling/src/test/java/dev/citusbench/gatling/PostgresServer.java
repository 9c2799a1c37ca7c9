package dev.citusbench.gatling;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * One throw-away PostgreSQL on a free port of loopback. Skips the test with the reason where
 * PostgreSQL is not installed.
 */
final class PostgresServer implements AutoCloseable {
  static final String USER = "postgres";
  static final String DATABASE = "postgres";

  private final Path folder;
  private final Path binaries;
  private final int port;
  private final String password = UUID.randomUUID().toString();
  private final Thread hook = new Thread(this::stop);

  private PostgresServer(Path folder, Path binaries, int port) {
    this.folder = folder;
    this.binaries = binaries;
    this.port = port;
  }

  static PostgresServer start(int connections) throws IOException, InterruptedException {
    Path binaries = binaries();
    Path folder = Files.createTempDirectory("bench-gatling-it");
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    PostgresServer server = new PostgresServer(folder, binaries, port);
    Runtime.getRuntime().addShutdownHook(server.hook);
    try {
      server.create(connections);
      return server;
    } catch (IOException | InterruptedException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private static Path binaries() throws IOException {
    Path all = Path.of("/usr/lib/postgresql");
    try (Stream<Path> versions = Files.isDirectory(all) ? Files.list(all) : Stream.empty()) {
      List<Path> found =
          versions
              .map(version -> version.resolve("bin"))
              .filter(bin -> Files.exists(bin.resolve("postgres")))
              .sorted()
              .toList();
      Assumptions.assumeFalse(found.isEmpty(), "PostgreSQL is not installed in " + all);
      return found.get(found.size() - 1);
    }
  }

  private void create(int connections) throws IOException, InterruptedException {
    Path passwordFile = folder.resolve("password");
    Files.writeString(passwordFile, password);
    if (isRoot()) {
      run(List.of("chown", "-R", "postgres:", folder.toString()));
    }
    String data = folder.resolve("data").toString();
    run(
        asUser(
            "initdb",
            "-D",
            data,
            "-U",
            USER,
            "--pwfile=" + passwordFile,
            "--auth=scram-sha-256",
            "--no-sync",
            "--encoding=UTF8",
            "--locale=C"));
    String options =
        "-c port=%d -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off -c max_connections=%d"
            .formatted(port, connections);
    run(
        asUser(
            "pg_ctl",
            "-D",
            data,
            "-l",
            folder.resolve("log").toString(),
            "-w",
            "-t",
            "60",
            "-o",
            options,
            "start"));
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  /** PostgreSQL refuses to run as root. */
  private List<String> asUser(String program, String... arguments) {
    List<String> command = new ArrayList<>();
    if (isRoot()) {
      command.addAll(
          List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--"));
    }
    command.add(binaries.resolve(program).toString());
    command.addAll(List.of(arguments));
    return command;
  }

  private void run(List<String> command) throws IOException, InterruptedException {
    Path output = Files.createTempFile("bench-gatling-it", ".out");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IOException(String.join(" ", command) + ": " + Files.readString(output));
      }
    } finally {
      Files.delete(output);
    }
  }

  int port() {
    return port;
  }

  String password() {
    return password;
  }

  /** The folder of the server's programs. */
  Path programs() {
    return binaries;
  }

  /** Where to reach it over some port: its own, or that of a proxy before it. */
  static String url(int port) {
    return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(port, DATABASE);
  }

  Connection connect(int overPort) throws SQLException {
    return DriverManager.getConnection(url(overPort), USER, password);
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(hook);
    stop();
  }

  private void stop() {
    try {
      if (Files.exists(folder.resolve("data/postmaster.pid"))) {
        run(asUser("pg_ctl", "-D", folder.resolve("data").toString(), "-m", "immediate", "stop"));
      }
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
