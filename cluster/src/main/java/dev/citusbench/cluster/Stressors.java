package dev.citusbench.cluster;

import dev.citusbench.results.BenchException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Processes of ours that put a cluster under stress: busy ones, and tracers that make syncs slow.
 * All carry the variable that daemons of this home carry, and another that names the stress, so
 * that they are found by looking at the machine. Each ends by itself after its time, whatever
 * becomes of the suite.
 *
 * <p>A tracer is strace, attached. When it ends, by any signal, the kernel lets what it traced go
 * on at once, a sync that it was holding back included. What it traces forks is traced as well. It
 * stops at every system call, not only at syncs, because the filter that would spare the others
 * ({@code --seccomp-bpf}) is only for programs that strace starts itself: some microseconds each.
 */
final class Stressors {
  static final String VARIABLE = "CITUS_HA_BENCH_STRESS";
  private static final String STRACE = "strace";

  /** Time for what is attached, or told to end. */
  private static final Duration TAKES = Duration.ofSeconds(10);

  /** How long a tracer may take before it is taken to have missed a process. */
  private static final Duration ATTACHES = Duration.ofSeconds(3);

  /**
   * Each in a session of its own, as daemons are: where the kernel shares processors out by session
   * (autogroups), many processes of one would weigh as much as one daemon. The limit of processor
   * time ends a loop whose timeout was killed.
   */
  private static final String SPAWN =
      "i=0; while [ \"$i\" -lt \"$1\" ]; do"
          + " setsid timeout -s KILL \"$2\" sh -c \"ulimit -t $2; while :; do :; done\" &"
          + " i=$((i + 1)); done";

  private final Processes processes;

  Stressors(Processes processes) {
    this.processes = processes;
  }

  /** All that run; those of one stress where its word is given. */
  List<ProcessHandle> find(String word) {
    return processes.find().stream()
        .filter(p -> Processes.variable(p.pid(), VARIABLE).filter(word::equals).isPresent())
        .toList();
  }

  /** All that run, of whatever stress. */
  List<ProcessHandle> find() {
    return processes.find().stream().filter(Stressors::isStressor).toList();
  }

  static boolean isStressor(ProcessHandle process) {
    return Processes.variable(process.pid(), VARIABLE).isPresent();
  }

  /**
   * Starts processes that do nothing but run, until their time is over.
   *
   * @param nice at which they run
   */
  void busy(String word, long count, Duration atMost, int nice, Account account)
      throws IOException {
    int own = Processes.nice(ProcessHandle.current().pid()).orElse(0);
    List<String> command = new ArrayList<>(List.of("setsid"));
    if (nice != own) {
      command.addAll(List.of("nice", "-n", Integer.toString(nice - own)));
    }
    command.addAll(
        account.run(
            List.of(
                "/bin/sh", "-c", SPAWN, "sh", Long.toString(count), Long.toString(whole(atMost)))));
    Process spawner = start(word, command, Path.of("/dev/null"));
    await(
        "fewer than %d busy processes were started".formatted(count),
        () -> !spawner.isAlive() && timeouts(word) >= count);
  }

  private long timeouts(String word) {
    return find(word).stream().filter(p -> Processes.program(p.pid()).equals("timeout")).count();
  }

  private static long whole(Duration duration) {
    return (duration.toMillis() + 999) / 1000;
  }

  /**
   * Makes each fsync and fdatasync of processes, and of those that they fork, take longer; returns
   * when all are traced.
   *
   * @param tracees asked again until none is left that is not traced
   * @param log where strace's errors go
   */
  void slowSyncs(
      String word, Supplier<List<ProcessHandle>> tracees, Duration by, Duration atMost, Path log)
      throws IOException {
    long end = System.nanoTime() + TAKES.toNanos();
    List<ProcessHandle> untraced = untraced(tracees);
    if (untraced.isEmpty()) {
      throw new BenchException(
          BenchException.Kind.CLUSTER, word + ": there is no process to trace, or all are traced");
    }
    while (!untraced.isEmpty()) {
      List<String> command =
          new ArrayList<>(
              List.of("setsid", "timeout", "-k", "5", Long.toString(whole(atMost)), STRACE));
      command.addAll(slowed(by));
      for (ProcessHandle tracee : untraced) {
        command.addAll(List.of("-p", Long.toString(tracee.pid())));
      }
      Process tracer = start(word, command, log);
      long attached = System.nanoTime() + ATTACHES.toNanos();
      do {
        Waiting.millis(30);
        untraced = untraced(tracees);
      } while (!untraced.isEmpty() && tracer.isAlive() && System.nanoTime() - attached < 0);
      if (System.nanoTime() - end > 0 && !untraced.isEmpty()) {
        throw new BenchException(
            BenchException.Kind.CLUSTER,
            "%s: processes %s are not traced after %d s; see %s"
                .formatted(
                    word,
                    untraced.stream().map(ProcessHandle::pid).toList(),
                    TAKES.toSeconds(),
                    log));
      }
    }
  }

  private static List<String> slowed(Duration by) {
    return List.of(
        "-f",
        "-qq",
        "-o",
        "/dev/null",
        "-e",
        "signal=none",
        "-e",
        "trace=fsync,fdatasync",
        "-e",
        "inject=fsync,fdatasync:delay_exit=" + by.toMillis() * 1000);
  }

  private static List<ProcessHandle> untraced(Supplier<List<ProcessHandle>> tracees) {
    return tracees.get().stream().filter(p -> !isTraced(p.pid())).toList();
  }

  /** Whether all threads of a process are traced; one that has ended needs no tracing. */
  static boolean isTraced(long pid) {
    try (DirectoryStream<Path> threads =
        Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "task"))) {
      for (Path thread : threads) {
        if (Processes.status(thread.resolve("status"), "TracerPid").equals("0")) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      return true;
    }
  }

  /** Whether a process is there and traced: of one that has ended nothing is seen. */
  static boolean isSeenTraced(Process process) {
    Path status = Path.of("/proc", Long.toString(process.pid()), "status");
    String tracer = Processes.status(status, "TracerPid");
    return !tracer.isEmpty() && !tracer.equals("0") && process.isAlive();
  }

  private Process start(String word, List<String> command, Path log) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(Path.of("/").toFile())
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
    Map<String, String> environment = builder.environment();
    environment.clear();
    environment.putAll(processes.environment());
    environment.put(VARIABLE, word);
    environment.put("PATH", Commands.PATH);
    environment.put("LC_ALL", "C");
    return builder.start();
  }

  /** Ends those of one stress; does no harm where none runs. */
  void end(String word) throws IOException {
    end(() -> find(word));
  }

  /** Ends all. */
  void end() throws IOException {
    end(this::find);
  }

  private static void end(Supplier<List<ProcessHandle>> all) throws IOException {
    long started = System.nanoTime();
    long end = started + TAKES.toNanos();
    List<ProcessHandle> left = all.get();
    // Asked to, strace takes its leave of what it traces by itself.
    Daemons.tell("TERM", left.stream().filter(Stressors::isTracer).toList());
    while (!left.isEmpty()) {
      boolean patient = System.nanoTime() - started < TAKES.toNanos() / 5;
      left.stream().filter(p -> !patient || !isTracer(p)).forEach(Stressors::kill);
      if (System.nanoTime() - end > 0) {
        throw new BenchException(
            BenchException.Kind.CLUSTER,
            "processes %s that put the cluster under stress do not end: run this as the user who started them"
                .formatted(left.stream().map(ProcessHandle::pid).toList()));
      }
      Waiting.millis(20);
      left = all.get();
    }
  }

  private static void kill(ProcessHandle process) {
    // Its timeout may wait for strace: it ends when that has.
    if (!hasTracer(process)) {
      Daemons.kill(process);
    }
  }

  private static boolean hasTracer(ProcessHandle timeout) {
    return timeout.children().anyMatch(Stressors::isTracer);
  }

  private static boolean isTracer(ProcessHandle process) {
    return Processes.program(process.pid()).equals(STRACE);
  }

  private static void await(String what, Supplier<Boolean> seen) {
    long end = System.nanoTime() + TAKES.toNanos();
    while (!seen.get()) {
      if (System.nanoTime() - end > 0) {
        throw new BenchException(
            BenchException.Kind.CLUSTER, "%s in %d s".formatted(what, TAKES.toSeconds()));
      }
      Waiting.millis(30);
    }
  }

  /**
   * Why no process of a cluster could be traced here: strace is not there, or the kernel does not
   * allow it. Tried with a process of the daemons' account.
   */
  static Optional<String> lackingTracer() {
    if (Programs.locate(STRACE).isEmpty()) {
      return Optional.of(
          "missing: strace. Install with: apt-get install --no-install-recommends strace");
    }
    Process tracee = null;
    Process tracer = null;
    try {
      tracee = new ProcessBuilder(Account.current().run(List.of("sleep", "10"))).start();
      Path name = Path.of("/proc", Long.toString(tracee.pid()), "comm");
      while (tracee.isAlive() && !Files.readString(name).strip().equals("sleep")) {
        Waiting.millis(5); // it is not of that account yet
      }
      List<String> command = new ArrayList<>(List.of("timeout", "5", STRACE));
      command.addAll(slowed(Duration.ofMillis(1)));
      command.addAll(List.of("-p", Long.toString(tracee.pid())));
      tracer = new ProcessBuilder(command).redirectErrorStream(true).start();
      while (tracer.isAlive()) {
        if (isSeenTraced(tracee)) {
          return Optional.empty();
        }
        Waiting.millis(10);
      }
      String said =
          new String(tracer.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return Optional.of(
          "this machine does not let strace attach to processes of the cluster (%s): run as root, where a container has the capability SYS_PTRACE; --stress pause,load needs neither"
              .formatted(said.lines().findFirst().orElse("it says nothing")));
    } catch (IOException e) {
      return Optional.of("strace does not run: " + e.getMessage());
    } finally {
      if (tracer != null) {
        tracer.descendants().forEach(ProcessHandle::destroy);
        tracer.destroy();
      }
      if (tracee != null) {
        tracee.destroyForcibly();
      }
    }
  }
}
