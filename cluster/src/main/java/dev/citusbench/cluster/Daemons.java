package dev.citusbench.cluster;

import dev.citusbench.results.BenchException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** The daemons of one cluster as processes: started, found again, stopped and let go on. */
final class Daemons {
  /** A process that waits for a disk stops when that has answered. */
  private static final Duration SIGNAL_TAKES = Duration.ofSeconds(3);

  private final Processes processes;

  Daemons(Processes processes) {
    this.processes = processes;
  }

  /** What puts them under stress. */
  Stressors stressors() {
    return new Stressors(processes);
  }

  /** Starts a daemon as the account; returns before it listens. */
  Process start(Launch launch, Account account) throws IOException {
    Path folder = Path.of(launch.folder());
    // The shell opens the log as the account itself, then becomes the daemon.
    List<String> all = new ArrayList<>();
    all.add("setsid");
    if (!launch.namespace().isEmpty()) {
      all.addAll(Namespaces.inside(launch.namespace(), List.of()));
    }
    all.addAll(account.run(List.of("/bin/sh", "-c", "exec \"$@\" >>\"$0\" 2>&1", launch.log())));
    all.addAll(launch.parent());
    all.addAll(launch.command());
    ProcessBuilder builder =
        new ProcessBuilder(all)
            .directory(folder.toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.putAll(processes.environment());
    environment.put("PATH", Commands.PATH);
    environment.put("LANG", "C.UTF-8");
    environment.put("HOME", folder.toString());
    environment.put("TMPDIR", folder.resolveSibling("tmp").toString());
    return builder.start();
  }

  /** The processes that run a daemon; after a reload HAProxy may have two for a while. */
  List<ProcessHandle> find(Launch launch) {
    return processes.find().stream()
        .filter(p -> Collections.indexOfSubList(arguments(p.pid()), launch.command()) >= 0)
        .toList();
  }

  /** Whether a program of ours runs: its interpreter, and not what started it. */
  boolean runs(Path program) {
    return processes.find().stream()
        .anyMatch(p -> arguments(p.pid()).indexOf(program.toString()) == 1);
  }

  /** PostgreSQL's processes of a member, the postmaster among them. */
  List<ProcessHandle> postgres(Member member) {
    Path folder = Path.of(member.dataFolder());
    return processes.find("postgres").stream()
        .filter(p -> Processes.workingFolder(p.pid()).equals(folder))
        .toList();
  }

  private static List<String> arguments(long pid) {
    try {
      byte[] bytes = Files.readAllBytes(Path.of("/proc", Long.toString(pid), "cmdline"));
      return List.of(new String(bytes, StandardCharsets.UTF_8).split("\0", -1));
    } catch (IOException e) {
      return List.of(); // gone
    }
  }

  /**
   * SIGSTOP; returns when all have stopped, but for those that have ended meanwhile.
   *
   * @throws BenchException where one goes on
   */
  static void stop(List<ProcessHandle> processes) throws IOException {
    signal("STOP", processes, true);
  }

  /**
   * SIGCONT to what was stopped; returns when all go on, but for those that have ended meanwhile.
   *
   * @throws BenchException where one stays stopped
   */
  static void letGoOn(List<ProcessHandle> processes) throws IOException {
    signal("CONT", processes, false);
  }

  static void signal(String name, List<ProcessHandle> to, boolean stops) throws IOException {
    if (to.isEmpty()) {
      return;
    }
    String said = tell(name, to);
    long deadline = System.nanoTime() + SIGNAL_TAKES.toNanos();
    while (true) {
      List<String> otherwise =
          to.stream()
              .filter(ProcessHandle::isAlive)
              .map(ProcessHandle::pid)
              .filter(pid -> Processes.stopped(pid).filter(s -> s != stops).isPresent())
              .map(String::valueOf)
              .toList();
      if (otherwise.isEmpty()) {
        return;
      }
      if (System.nanoTime() > deadline) {
        throw new BenchException(
            BenchException.Kind.CLUSTER,
            "SIG%s was sent to %d processes of the cluster, and %s %s after %d s (%s): run this as the user who started the cluster"
                .formatted(
                    name,
                    to.size(),
                    String.join(", ", otherwise),
                    stops ? "did not stop" : "did not go on",
                    SIGNAL_TAKES.toSeconds(),
                    said.isEmpty()
                        ? "kill reports no error"
                        : said.lines().findFirst().orElse("")));
      }
      Waiting.millis(5);
    }
  }

  /** Sends a signal; returns what the shell said, which has a line for each that is gone. */
  static String tell(String name, List<ProcessHandle> to) throws IOException {
    if (to.isEmpty()) {
      return "";
    }
    // The shell's own kill: a minimal Debian has no other.
    List<String> command =
        new ArrayList<>(List.of("sh", "-c", "for p; do kill -" + name + " \"$p\"; done", "sh"));
    to.forEach(process -> command.add(Long.toString(process.pid())));
    return Commands.run(command).output();
  }

  /** SIGKILL, at once. */
  static void kill(ProcessHandle process) {
    if (!process.destroyForcibly() && process.isAlive()) {
      throw BenchException.usage(
          "process %d of this cluster belongs to another user: run this as the one who started it"
              .formatted(process.pid()));
    }
  }
}
