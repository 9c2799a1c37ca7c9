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
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the page shows. The page makes its tables of figures from the manifest itself.
 *
 * @param engine what everyone must know about the engine
 * @param againstSettings of each fault: what the settings let its outages last; may be empty
 * @param debts of each fault, in a sentence; empty where nobody measured it
 * @param unasked leader changes that no fault explains, as sentences; empty where nobody looked
 * @param endured what was borne of each stress, in a sentence
 * @param enduranceApart what became of leaders outside of its steps
 * @param outages of faults that were opened several times at one target
 * @param waterfalls where the outages of writes went, by fault and target
 * @param apart of each fault: what was over apart from that, in a sentence; may be empty
 * @param waterfallNote what the phases are
 * @param fanOut empty where the run has no rows for it; so are {@code pools} and {@code inserts}
 * @param spectrum null where the run has no latency log; so is {@code timeline}
 * @param eventsLeftOut how many events there are beyond those listed
 */
record ReportData(
    Manifest manifest,
    String engine,
    List<Answer> answers,
    List<String> againstSettings,
    List<String> debts,
    List<String> unasked,
    List<String> endured,
    String enduranceApart,
    List<OutageSummary> outages,
    List<PhaseDistribution> waterfalls,
    List<String> apart,
    String waterfallNote,
    List<FanOutModel> fanOut,
    List<PoolChoice> pools,
    List<InsertScaling> inserts,
    @Nullable Spectrum spectrum,
    @Nullable Timeline timeline,
    List<PhaseSpan> phases,
    List<Event> events,
    int eventsLeftOut,
    List<SettingsFile> settings) {

  /** An {@link OutageDistribution} with its figures, in milliseconds. */
  record OutageSummary(
      String fault,
      String client,
      String probe,
      int group,
      List<Double> millis,
      double min,
      double median,
      @Nullable Double p90,
      double max) {
    static OutageSummary of(OutageDistribution from) {
      return new OutageSummary(
          from.fault(),
          from.client(),
          from.probe(),
          from.group(),
          from.millis(),
          from.min(),
          from.median(),
          from.knowsP90() ? from.p90() : null,
          from.max());
    }
  }

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
    List<Event> shown = all.stream().filter(event -> !isPhase(event)).limit(MOST_EVENTS).toList();
    int others = (int) all.stream().filter(event -> !isPhase(event)).count() - shown.size();
    Pictures pictures = Pictures.of(run, all);
    return new ReportData(
        run.manifest(),
        Answers.engine(run.manifest()),
        Answers.of(run.manifest()),
        run.manifest().faults().stream().map(Answers::againstSettings).toList(),
        run.manifest().faults().stream().map(FaultText::debtOf).toList(),
        Answers.unasked(run.manifest()),
        run.manifest().endurance().stream().map(Endurance::sentence).toList(),
        EnduranceText.apart(run.manifest()),
        OutageDistribution.of(run.manifest()).stream().map(OutageSummary::of).toList(),
        PhaseDistribution.of(run.manifest()),
        run.manifest().faults().stream().map(WaterfallText::apart).toList(),
        WaterfallText.NOTE,
        FanOutModel.of(run.manifest()),
        PoolChoice.of(run.manifest()),
        InsertScaling.of(run.manifest()),
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
      List<PhaseSpan> phases = phasesOf(events, run.manifest().faults(), log.to());
      Optional<PhaseSpan> steady = steady(phases);
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
              // A second that straddles a border holds requests of both sides.
              boolean isSteady = steady.stream().anyMatch(span -> span.holds(interval));
              spectrum.add(operation, interval.histogram(), isSteady);
            }
            for (String lane : lanes(operation, classes.get(operation))) {
              timeline.add(lane, interval.series().outcome(), middle, interval.histogram());
            }
          });
      return new Pictures(spectrum.build(), timeline.build(loads(events)), phases);
    }

    private static List<String> lanes(String operation, @Nullable PlanClass planClass) {
      if (planClass == null) {
        return List.of("all", operation);
      }
      return switch (planClass) {
        case FAST_PATH, ROUTER -> List.of("all", "one shard", operation);
        case MULTI_SHARD -> List.of("all", "all shards", operation);
        case LOCAL, REPARTITION -> List.of("all", operation);
      };
    }
  }

  /**
   * Parts of a run follow one another, so a phase ends where the next one of any part begins, and
   * where a fault is opened: one that was measured has a phase that begins there, and what came
   * after one that was not is in no phase. Nor is what came after the first step of a stress.
   */
  static List<PhaseSpan> phasesOf(
      List<Event> events, List<Manifest.FaultResult> faults, Instant end) {
    List<Event> borders =
        events.stream()
            .filter(
                event ->
                    isPhase(event)
                        || event.event().equals(Event.FAULT_OPENED)
                        || event.event().equals(Event.STRESS_BEGUN))
            .sorted(Comparator.comparing(Event::at).thenComparing(ReportData::isPhase))
            .toList();
    List<PhaseSpan> spans = new ArrayList<>();
    for (int i = 0; i < borders.size(); i++) {
      if (isPhase(borders.get(i))) {
        add(spans, borders.get(i), faults, i + 1 < borders.size() ? borders.get(i + 1).at() : end);
      }
    }
    return spans;
  }

  /**
   * The steady phase that the tables have rows of: of several parts the first. A part that breaks
   * something has quiet seconds before too, which are in no table where another has measured the
   * steady phase.
   *
   * @param phases in the order of time
   */
  static Optional<PhaseSpan> steady(List<PhaseSpan> phases) {
    return phases.stream().filter(span -> span.phase() == Phase.STEADY).findFirst();
  }

  /** When each load began: with its warm-up, also with one of no length, which is no phase. */
  static List<Instant> loads(List<Event> events) {
    return events.stream()
        .filter(ReportData::isPhase)
        .filter(event -> Phase.WARM_UP.label().equals(event.text("phase")))
        .map(Event::at)
        .toList();
  }

  private static boolean isPhase(Event event) {
    return event.event().equals(Event.PHASE);
  }

  private static void add(
      List<PhaseSpan> spans, Event event, List<Manifest.FaultResult> faults, Instant to) {
    for (Phase phase : Phase.values()) {
      if (phase.label().equals(event.text("phase")) && to.isAfter(event.at())) {
        spans.add(new PhaseSpan(phase, faultOf(event, faults), event.at(), to));
      }
    }
  }

  /** Faults do not overlap: a phase is about the one that was opened last. */
  private static @Nullable Integer faultOf(Event event, List<Manifest.FaultResult> faults) {
    if (event.text(Event.FAULT).isEmpty()) {
      return null;
    }
    return IntStream.range(0, faults.size())
        .filter(index -> !faults.get(index).openedAt().isAfter(event.at()))
        .boxed()
        .max(Comparator.comparing(index -> faults.get(index).openedAt()))
        .orElse(null);
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
