package dev.citusbench.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the processes of one home's cluster, and no others, whatever happened to the suite that
 * started them. Every daemon carries an environment variable that is unique to the home; PostgreSQL
 * overwrites its environment with its process title, and is known by its program and by a working
 * folder inside of ours. A {@link ProcessHandle} remembers the start time: one whose pid was given
 * to another process meanwhile does nothing to it. A process of another container is never ours,
 * though root sees it and its home may bear the same path: namespaces must be our own.
 */
final class Processes {
  static final String VARIABLE = "CITUS_HA_BENCH_HOME";

  private final String marker;
  private final List<Path> folders;

  Processes(String marker, List<Path> folders) {
    this.marker = marker;
    this.folders = folders;
  }

  /** What a daemon must have in its environment. */
  Map<String, String> environment() {
    return Map.of(VARIABLE, marker);
  }

  /** All processes of ours. */
  List<ProcessHandle> find() {
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      return all.filter(this::isOurs).toList();
    }
  }

  List<ProcessHandle> find(String program) {
    return find().stream().filter(p -> program(p.pid()).equals(program)).toList();
  }

  boolean isOurs(ProcessHandle process) {
    long pid = process.pid();
    return (hasMarker(pid) || isPostgresOfOurs(pid)) && sharesNamespaces(Path.of("/proc"), pid);
  }

  /** Whether a process lives in our namespaces; those that this kernel does not show are passed. */
  static boolean sharesNamespaces(Path proc, long pid) {
    for (String kind : List.of("pid", "mnt")) {
      Path own;
      try {
        own = Files.readSymbolicLink(proc.resolve("self/ns").resolve(kind));
      } catch (IOException e) {
        continue; // nothing to compare with
      }
      try {
        if (!own.equals(Files.readSymbolicLink(proc.resolve(pid + "/ns").resolve(kind)))) {
          return false;
        }
      } catch (IOException e) {
        return false; // gone, or somebody else's
      }
    }
    return true;
  }

  private boolean hasMarker(long pid) {
    return variable(pid, VARIABLE).filter(marker::equals).isPresent();
  }

  /** A variable of the environment that a process was started with; empty where it has none. */
  static Optional<String> variable(long pid, String name) {
    try {
      byte[] bytes = Files.readAllBytes(Path.of("/proc", Long.toString(pid), "environ"));
      return Stream.of(new String(bytes, StandardCharsets.UTF_8).split("\0", -1))
          .filter(variable -> variable.startsWith(name + "="))
          .map(variable -> variable.substring(name.length() + 1))
          .findFirst();
    } catch (IOException e) {
      return Optional.empty(); // gone, or somebody else's
    }
  }

  /** The nice of a process; empty where it has ended. */
  static Optional<Integer> nice(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      // The 19th field; the name of the program, the second, may hold blanks.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return Optional.of(Integer.valueOf(fields[16]));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** A line of a file {@code status} below {@code /proc}; an empty text where it is gone. */
  static String status(Path file, String name) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(name + ":"))
          .map(line -> line.substring(name.length() + 1).strip())
          .findFirst()
          .orElse("");
    } catch (IOException | UncheckedIOException e) {
      return "";
    }
  }

  private boolean isPostgresOfOurs(long pid) {
    if (!program(pid).startsWith("postgres")) {
      return false;
    }
    Path cwd = workingFolder(pid);
    return folders.stream().anyMatch(cwd::startsWith);
  }

  /** Where a process works; an empty path where that cannot be known. */
  static Path workingFolder(long pid) {
    try {
      return Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "cwd"));
    } catch (IOException e) {
      return Path.of("");
    }
  }

  /** Whether a signal has stopped a process; empty where it has ended, or cannot be looked at. */
  static Optional<Boolean> stopped(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      // The name of the program before it is in parentheses, and may hold anything.
      char state = stat.charAt(stat.lastIndexOf(')') + 2);
      boolean ended = state == 'Z' || state == 'X';
      return ended ? Optional.empty() : Optional.of(state == 'T');
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The file name of the program that a process runs; empty where it cannot be known. */
  static String program(long pid) {
    try {
      Path exe = Files.readSymbolicLink(Path.of("/proc", Long.toString(pid), "exe"));
      return String.valueOf(exe.getFileName());
    } catch (IOException e) {
      return "";
    }
  }
}
