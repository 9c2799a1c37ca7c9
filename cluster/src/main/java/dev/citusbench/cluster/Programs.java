package dev.citusbench.cluster;

import dev.citusbench.results.BenchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The programs of this machine that a native cluster is made of, and their versions. */
public final class Programs {
  private static final Pattern VERSION = Pattern.compile("([0-9]+(\\.[0-9]+)+)");

  private final Map<String, Path> paths;
  private final Map<String, String> versions;
  private final @Nullable String citusVersion;

  private Programs(
      Map<String, Path> paths, Map<String, String> versions, @Nullable String citusVersion) {
    this.paths = paths;
    this.versions = versions;
    this.citusVersion = citusVersion;
  }

  /** A program that is needed, where Debian has it. */
  record Needed(String name, String debianPackage) {}

  static final List<Needed> NEEDED =
      List.of(
          new Needed("postgresql", "postgresql"),
          new Needed("patroni", "patroni"),
          new Needed("etcd", "etcd-server"),
          new Needed("haproxy", "haproxy"),
          new Needed("setsid", "util-linux"),
          new Needed("setpriv", "util-linux"),
          new Needed("tini", "tini"));

  /** Finds all programs; where some are missing, the error has the line that installs them. */
  public static Programs find() {
    List<Needed> missing = new ArrayList<>();
    Map<String, Path> paths = new LinkedHashMap<>();
    for (Needed needed : NEEDED) {
      locate(needed.name())
          .ifPresentOrElse(path -> paths.put(needed.name(), path), () -> missing.add(needed));
    }
    if (!missing.isEmpty()) {
      throw missing(missing);
    }
    // At once: Python alone takes a third of a second to say its version.
    Map<String, CompletableFuture<String>> asked = new LinkedHashMap<>();
    Path postgres = path(paths, "postgresql").resolve("postgres");
    asked.put("postgresql", CompletableFuture.supplyAsync(() -> version(postgres, "-V")));
    for (String name : List.of("patroni", "etcd")) {
      asked.put(name, CompletableFuture.supplyAsync(() -> version(path(paths, name), "--version")));
    }
    asked.put(
        "haproxy", CompletableFuture.supplyAsync(() -> version(path(paths, "haproxy"), "-v")));
    Map<String, String> versions = new LinkedHashMap<>();
    try {
      asked.forEach((name, version) -> versions.put(name, version.join()));
    } catch (CompletionException e) {
      throw e.getCause() instanceof BenchException known ? known : e;
    }
    return new Programs(paths, versions, citus(path(paths, "postgresql")).orElse(null));
  }

  private static Path path(Map<String, Path> paths, String name) {
    Path path = paths.get(name);
    if (path == null) {
      throw new IllegalStateException(name + " is not among the programs");
    }
    return path;
  }

  static BenchException missing(List<Needed> missing) {
    return new BenchException(
        BenchException.Kind.MACHINE,
        "missing: %s. Install with: apt-get install --no-install-recommends %s"
            .formatted(
                String.join(", ", missing.stream().map(Needed::name).toList()),
                String.join(" ", missing.stream().map(Needed::debianPackage).distinct().toList())));
  }

  /** The path of a program; of PostgreSQL the folder of its newest server's programs. */
  static Optional<Path> locate(String name) {
    if (name.equals("postgresql")) {
      return postgresql(Path.of("/usr/lib/postgresql"));
    }
    Stream<String> folders =
        Stream.concat(
            Stream.of(System.getenv().getOrDefault("PATH", "").split(":")),
            Stream.of("/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/bin"));
    return folders
        .filter(f -> f.startsWith("/"))
        .map(f -> Path.of(f, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** The newest version that has a server, not only a client. */
  static Optional<Path> postgresql(Path versions) {
    if (!Files.isDirectory(versions)) {
      return Optional.empty();
    }
    try (Stream<Path> all = Files.list(versions)) {
      return all.filter(v -> v.getFileName().toString().matches("[0-9]+"))
          .sorted(
              Comparator.comparingInt((Path v) -> Integer.parseInt(v.getFileName().toString()))
                  .reversed())
          .map(v -> v.resolve("bin"))
          .filter(b -> Files.isExecutable(b.resolve("initdb")))
          .filter(b -> Files.isExecutable(b.resolve("postgres")))
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> citus(Path bin) {
    String major = String.valueOf(bin.resolveSibling("").getFileName());
    Path control = Path.of("/usr/share/postgresql", major, "extension", "citus.control");
    if (!Files.isRegularFile(control)) {
      try {
        Commands.Result shareDir =
            Commands.run(List.of(bin.resolve("pg_config").toString(), "--sharedir"));
        control = Path.of(shareDir.output(), "extension", "citus.control");
      } catch (IOException e) {
        return Optional.empty(); // pg_config comes with Debian's client package: rarely absent
      }
      if (!Files.isRegularFile(control)) {
        return Optional.empty();
      }
    }
    try {
      Matcher m =
          Pattern.compile("default_version *= *'([^']+)'").matcher(Files.readString(control));
      return Optional.of(m.find() ? m.group(1) : "unknown");
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static String version(Path program, String option) {
    try {
      Commands.Result result = Commands.run(List.of(program.toString(), option));
      Matcher m = VERSION.matcher(result.output());
      if (result.exit() == 0 && m.find()) {
        return m.group(1);
      }
      throw new BenchException(
          BenchException.Kind.MACHINE,
          "%s %s says: %s"
              .formatted(program, option, result.output().lines().findFirst().orElse("nothing")));
    } catch (IOException e) {
      throw new BenchException(
          BenchException.Kind.MACHINE, program + " does not run: " + e.getMessage(), e);
    }
  }

  /** The path of a program by its name. */
  Path path(String name) {
    return path(paths, name);
  }

  /** PostgreSQL's programs. */
  public Path postgresBin() {
    return path("postgresql");
  }

  /** Versions by {@code postgresql}, {@code patroni}, {@code etcd}, {@code haproxy}. */
  public Map<String, String> versions() {
    return java.util.Collections.unmodifiableMap(versions);
  }

  /** Version of the Citus extension that this PostgreSQL can load; empty where it has none. */
  public Optional<String> citusVersion() {
    return Optional.ofNullable(citusVersion);
  }

  /** Whether a program is of at least this version. */
  boolean atLeast(String program, int major, int minor) {
    String[] parts = versions.getOrDefault(program, "0.0").split("\\.", -1);
    int have = Integer.parseInt(parts[0]);
    return have > major || (have == major && Integer.parseInt(parts[1]) >= minor);
  }
}
