package dev.citusbench.cluster;

import dev.citusbench.results.BenchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Applies what a start had to do without, and reads back what the daemons made of it all. */
final class Timers {
  /** Patroni from 3.2 raises timers that it finds too small, and says so only in its log. */
  private static final Pattern ADJUSTED =
      Pattern.compile(
          "(?:(\\w+)=(\\S+) can't be smaller than (\\S+), adjusting|Violated the rule.*)");

  private static final Duration MOST_WAIT = Duration.ofSeconds(4);

  private final ClusterFile file;
  private final Tuning tuning;
  private final PatroniApi patroni;

  Timers(ClusterFile file, Tuning tuning) {
    this.file = file;
    this.tuning = tuning;
    this.patroni = new PatroniApi(file.credentials().patroni());
  }

  /**
   * What Patroni takes from 3.2 on: smaller ones it raises, with only a line in its log.
   *
   * @throws BenchException where one is smaller
   */
  static void checkLeast(Tuning tuning, String patroni) {
    new TreeMap<>(Map.of("ttl", 20L, "loop_wait", 1L, "retry_timeout", 3L))
        .forEach(
            (key, least) -> {
              if (tuning.patroni().get(key) instanceof Number value && value.longValue() < least) {
                throw BenchException.usage(
                    "tuning %s: %s %d needs Patroni before 3.2, which takes no less than %d; here is %s"
                        .formatted(tuning.name(), key, value.longValue(), least, patroni));
              }
            });
  }

  /** Patches every group and returns what is not as the tuning says. */
  List<String> apply() {
    List<CompletableFuture<List<String>>> groups = new ArrayList<>();
    for (int group = 0; group <= file.workers(); group++) {
      List<Member> members = file.group(group);
      groups.add(
          CompletableFuture.supplyAsync(
              () -> apply(members), command -> StatusReader.daemonThread(command).start()));
    }
    try {
      return groups.stream().flatMap(group -> group.join().stream()).toList();
    } catch (CompletionException e) {
      throw e.getCause() instanceof BenchException known ? known : e;
    }
  }

  private List<String> apply(List<Member> members) {
    Map<String, Object> patch = DynamicConfiguration.whenReady(tuning);
    // Each member of a group: the first changes the configuration, all are woken up to read it.
    members.forEach(member -> patch(member, patch));
    long deadline = System.nanoTime() + MOST_WAIT.toNanos();
    Setup setup = new Setup(file);
    List<String> changes = new ArrayList<>();
    for (Member member : members) {
      // What /config shows is what the member's own loop last read: it takes a moment.
      List<String> differences = differences(member);
      while (!differences.isEmpty() && System.nanoTime() < deadline) {
        Waiting.millis(20);
        differences = differences(member);
      }
      changes.addAll(differences);
      changes.addAll(adjusted(member));
      changes.addAll(setup.differences(member, tuning));
    }
    return changes;
  }

  /** Patroni refuses a change that was made from a view of etcd that is not the newest one. */
  private void patch(Member member, Map<String, Object> patch) {
    IOException last = new IOException("not tried");
    for (int attempt = 0; attempt < 20; attempt++) {
      try {
        patroni.patch(member, patch);
        return;
      } catch (IOException e) {
        last = e;
        Waiting.millis(50);
      }
    }
    throw new BenchException(
        BenchException.Kind.CLUSTER,
        "%s does not take the tuning's settings: %s; see %s"
            .formatted(member.name(), last.getMessage(), member.patroniLog()),
        last);
  }

  private List<String> differences(Member member) {
    List<String> differences = new ArrayList<>();
    JsonNode configuration = configuration(member);
    tuning
        .patroni()
        .forEach(
            (key, wanted) -> {
              if (MemberProgram.keys().contains(key)) {
                return; // each member has it by itself, which no API shows
              }
              JsonNode seen = configuration.path(key);
              if (seen.isMissingNode()) {
                seen = configuration.path("postgresql").path(key);
              }
              if (!seen.asString("").equals(String.valueOf(wanted))) {
                differences.add(
                    "%s: patroni's %s is %s, asked for %s"
                        .formatted(member.name(), key, seen, wanted));
              }
            });
    return differences;
  }

  private JsonNode configuration(Member member) {
    try {
      return patroni.configuration(member);
    } catch (IOException e) {
      throw new BenchException(
          BenchException.Kind.CLUSTER,
          "cannot read the configuration of %s back: %s; see %s"
              .formatted(member.name(), e.getMessage(), member.patroniLog()),
          e);
    }
  }

  private static List<String> adjusted(Member member) {
    try (Stream<String> lines = Files.lines(Path.of(member.patroniLog()))) {
      return lines
          .map(ADJUSTED::matcher)
          .filter(Matcher::find)
          .map(found -> member.name() + ": Patroni says: " + found.group())
          .distinct()
          .toList();
    } catch (IOException e) {
      throw Cluster.failed(e);
    }
  }
}
