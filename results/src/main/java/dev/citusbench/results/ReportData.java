package dev.citusbench.results;

import dev.citusbench.results.Answers.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the page shows. The page makes its tables from the manifest itself.
 *
 * @param engine what everyone must know about the engine
 * @param spectrum null where the run has no latency log; so is {@code timeline}
 * @param eventsLeftOut how many events there are beyond those listed
 */
record ReportData(
    Manifest manifest,
    String engine,
    List<Answer> answers,
    @Nullable Spectrum spectrum,
    @Nullable Timeline timeline,
    List<PhaseSpan> phases,
    List<Event> events,
    int eventsLeftOut,
    List<SettingsFile> settings) {

  private static final int MOST_EVENTS = 400;
  private static final long LARGEST_FILE = 48 << 10;
  private static final long LARGEST_SUM = 512 << 10;

  /**
   * One file of {@code settings/}.
   *
   * @param text null where it is too large to be shown, or not text
   */
  record SettingsFile(String name, long bytes, @Nullable String text) {}

  static ReportData of(Run run) {
    List<Event> all = EventLog.read(run.events());
    List<Event> shown =
        all.stream()
            .filter(event -> !event.event().equals(Event.PHASE))
            .limit(MOST_EVENTS)
            .toList();
    int others =
        (int) all.stream().filter(event -> !event.event().equals(Event.PHASE)).count()
            - shown.size();
    Pictures pictures = Pictures.of(run, all);
    return new ReportData(
        run.manifest(),
        Answers.engine(run.manifest()),
        Answers.of(run.manifest()),
        pictures.spectrum,
        pictures.timeline,
        pictures.phases,
        shown,
        others,
        settings(run.dir().resolve("settings")));
  }

  /** Spectrum and timeline, made in one reading of the log. */
  private record Pictures(
      @Nullable Spectrum spectrum, @Nullable Timeline timeline, List<PhaseSpan> phases) {

    static Pictures of(Run run, List<Event> events) {
      LatencyHistory.Span log =
          Files.exists(run.latency()) ? LatencyHistory.span(run.latency()) : null;
      if (log == null) {
        return new Pictures(null, null, List.of());
      }
      List<PhaseSpan> phases = phasesOf(events, log.to());
      Map<String, PlanClass> classes = new HashMap<>();
      run.manifest().operations().forEach(row -> classes.put(row.name(), row.planClass()));
      Spectrum.Builder spectrum = new Spectrum.Builder();
      Timeline.Builder timeline = new Timeline.Builder(log.from(), log.to());
      LatencyHistory.read(
          run.latency(),
          interval -> {
            if (interval.series().time() != TimePart.RESPONSE) {
              return;
            }
            String operation = interval.series().operation();
            Instant middle = interval.middle();
            if (interval.series().outcome() == Outcome.OK) {
              boolean steady =
                  phases.stream()
                      .anyMatch(span -> span.phase() == Phase.STEADY && span.contains(middle));
              spectrum.add(operation, interval.histogram(), steady);
            }
            for (String lane : lanes(operation, classes.get(operation))) {
              timeline.add(lane, interval.series().outcome(), middle, interval.histogram());
            }
          });
      return new Pictures(spectrum.build(), timeline.build(), phases);
    }

    private static List<String> lanes(String operation, @Nullable PlanClass planClass) {
      if (planClass == null) {
        return List.of("all", operation);
      }
      return switch (planClass) {
        case FAST_PATH, ROUTER -> List.of("all", "one shard", operation);
        case MULTI_SHARD, REPARTITION -> List.of("all", "all shards", operation);
        case LOCAL -> List.of("all", operation);
      };
    }
  }

  /** A phase lasts until its part begins another one, or the log ends. */
  /** Parts of a run follow one another, so a phase ends where the next one of any part begins. */
  static List<PhaseSpan> phasesOf(List<Event> events, Instant end) {
    List<Event> begins =
        events.stream()
            .filter(event -> event.event().equals(Event.PHASE))
            .sorted(Comparator.comparing(Event::at))
            .toList();
    List<PhaseSpan> spans = new ArrayList<>();
    for (int i = 0; i < begins.size(); i++) {
      add(spans, begins.get(i), i + 1 < begins.size() ? begins.get(i + 1).at() : end);
    }
    return spans;
  }

  private static void add(List<PhaseSpan> spans, Event event, Instant to) {
    for (Phase phase : Phase.values()) {
      if (phase.label().equals(event.text("phase")) && to.isAfter(event.at())) {
        spans.add(new PhaseSpan(phase, event.at(), to));
      }
    }
  }

  private static List<SettingsFile> settings(Path dir) {
    if (!Files.isDirectory(dir)) {
      return List.of();
    }
    List<SettingsFile> files = new ArrayList<>();
    try (Stream<Path> found = Files.walk(dir)) {
      long sum = 0;
      for (Path file : new TreeSet<>(found.filter(Files::isRegularFile).toList())) {
        long bytes = Files.size(file);
        String name = dir.relativize(file).toString();
        if (bytes > LARGEST_FILE || sum + bytes > LARGEST_SUM) {
          files.add(new SettingsFile(name, bytes, null));
        } else {
          sum += bytes;
          files.add(new SettingsFile(name, bytes, text(file)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + dir, e);
    }
    return files;
  }

  private static @Nullable String text(Path file) throws IOException {
    try {
      return Files.readString(file);
    } catch (MalformedInputException e) {
      return null;
    }
  }
}
