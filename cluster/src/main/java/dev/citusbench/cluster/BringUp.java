package dev.citusbench.cluster;

import dev.citusbench.results.BenchException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentSkipListMap;

/** Sets the groups of a cluster up as their primaries appear, until the whole is ready. */
final class BringUp {
  private static final Duration MOST_TIME = Duration.ofSeconds(60);

  private final ClusterFile file;
  private final NativeRuntime runtime;
  private final StatusReader status;
  private final Setup setup;
  private final Progress progress;
  private final Set<Integer> done = new HashSet<>();
  private final Map<Integer, String> problems = new ConcurrentSkipListMap<>();

  BringUp(ClusterFile file, NativeRuntime runtime, StatusReader status, Progress progress) {
    this.file = file;
    this.runtime = runtime;
    this.status = status;
    this.setup = new Setup(file);
    this.progress = progress;
  }

  /** Returns when the cluster is ready; an error where it is not in 60 s, or a daemon ended. */
  void run() {
    long deadline = System.nanoTime() + MOST_TIME.toNanos();
    boolean again = false;
    while (System.nanoTime() < deadline) {
      runtime.checkAllRun(file);
      runtime.checkNotFull(file);
      if (!allDone()) {
        setUpGroups(again ? Progress.silent() : progress);
      }
      if (allDone() && status.read().ready()) {
        if (again) {
          return;
        }
        // When Citus activates a worker it gives that one's database to whoever owned the
        // coordinator's until then, which may still have been the superuser.
        again = true;
        done.clear();
      } else {
        Waiting.millis(150);
      }
    }
    List<String> reasons = new ArrayList<>(status.read().reasons());
    reasons.addAll(problems.values());
    throw new BenchException(
        BenchException.Kind.CLUSTER,
        "the cluster is not ready after %d s: %s"
            .formatted(MOST_TIME.toSeconds(), String.join("; ", reasons)));
  }

  private boolean allDone() {
    return done.size() > file.workers();
  }

  private void setUpGroups(Progress said) {
    Map<String, PatroniApi.Answer> answers = status.members();
    Map<Integer, CompletableFuture<Boolean>> running = new LinkedHashMap<>();
    for (int group = 0; group <= file.workers(); group++) {
      if (!done.contains(group)) {
        int number = group;
        StatusReader.primary(file, group, answers)
            .ifPresent(primary -> running.put(number, setUp(number, primary)));
      }
    }
    running.forEach(
        (group, setting) -> {
          if (joined(setting)) {
            done.add(group);
            said.step("%s has a primary".formatted(Member.groupName(group)));
          }
        });
  }

  private static boolean joined(CompletableFuture<Boolean> setting) {
    try {
      return setting.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private CompletableFuture<Boolean> setUp(int group, Member primary) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            boolean set = setup.group(primary);
            problems.remove(group);
            return set;
          } catch (SQLException e) {
            problems.put(group, "setting up %s: %s".formatted(primary.name(), Sql.message(e)));
            return false;
          }
        },
        command -> StatusReader.daemonThread(command).start());
  }
}
