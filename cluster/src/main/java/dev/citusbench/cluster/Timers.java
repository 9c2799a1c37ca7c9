package dev.citusbench.cluster;

import dev.citusbench.results.BenchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

  /** Patches every group and returns what is not as the tuning says. */
  List<String> apply() throws IOException {
    long deadline = System.nanoTime() + MOST_WAIT.toNanos();
    patchAll(DynamicConfiguration.whenReady(file.engine(), tuning));
    List<String> changes = new ArrayList<>(serverDifferences(deadline));
    patchAll(DynamicConfiguration.synchronousMode(tuning));
    for (Member member : file.members()) {
      // What /config shows is what the member's own loop last read: it takes a moment.
      List<String> differences = differences(member);
      while (!differences.isEmpty() && System.nanoTime() < deadline) {
        Waiting.millis(20);
        differences = differences(member);
      }
      changes.addAll(differences);
      changes.addAll(adjusted(member));
    }
    return List.copyOf(changes);
  }

  private void patchAll(Map<String, Object> patch) throws IOException {
    if (patch.isEmpty()) {
      return;
    }
    for (Member member : file.members()) {
      // Each member of a group: the first changes the configuration, all are woken up to read it.
      patch(member, patch);
    }
  }

  private List<String> serverDifferences(long deadline) {
    Setup setup = new Setup(file);
    List<CompletableFuture<List<String>>> asked = new ArrayList<>();
    for (Member member : file.members()) {
      asked.add(
          CompletableFuture.supplyAsync(
              () -> {
                // Patroni has seen the change; its PostgreSQL reloads a moment later.
                List<String> differences = setup.differences(member, tuning);
                while (!differences.isEmpty() && System.nanoTime() < deadline) {
                  Waiting.millis(20);
                  differences = setup.differences(member, tuning);
                }
                return differences;
              },
              command -> StatusReader.daemonThread(command).start()));
    }
    List<String> all = new ArrayList<>();
    asked.forEach(a -> all.addAll(a.join()));
    return all;
  }

  /** Patroni refuses a change that was made from a view of etcd that is not the newest one. */
  private void patch(Member member, Map<String, Object> patch) throws IOException {
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

  private List<String> differences(Member member) throws IOException {
    List<String> differences = new ArrayList<>();
    JsonNode configuration = patroni.configuration(member);
    tuning
        .patroni()
        .forEach(
            (key, wanted) -> {
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

  private static List<String> adjusted(Member member) throws IOException {
    Path log = Path.of(member.patroniLog());
    if (!Files.exists(log)) {
      return List.of();
    }
    List<String> found = new ArrayList<>();
    for (String line : Files.readAllLines(log)) {
      Matcher m = ADJUSTED.matcher(line);
      if (m.find()) {
        String sentence = member.name() + ": Patroni says: " + m.group();
        if (!found.contains(sentence)) {
          found.add(sentence);
        }
      }
    }
    return found;
  }
}
