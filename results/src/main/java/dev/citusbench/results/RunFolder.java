package dev.citusbench.results;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder of a run that is being written: {@code runs/.<id>.partial} until {@link #complete}
 * renames it. From its first moment it holds a {@code run.json} that says invalid and interrupted,
 * so that what a killed run has measured is kept, and marked ({@link #recover}).
 *
 * <p>Several processes may write one folder: one {@linkplain #create creates} and completes it,
 * others {@linkplain #join join}. Each gives its rows as a {@link Contribution}.
 */
public final class RunFolder {
  /** Why a run is invalid whose writer was killed. */
  public static final String INTERRUPTED = "interrupted before it was complete";

  private static final Pattern PART = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]*");
  private static final String PREFIX = ".";
  private static final String SUFFIX = ".partial";
  private static final String RECOVERING = ".recovering";
  private static final String WRITER = "writer.json";
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final Path dir;
  private final String id;
  private final boolean owner;
  private final EventLog events;
  private final List<LatencyLog> logs = new ArrayList<>();

  /** The process that completes a folder; its start time tells it from a later one of that pid. */
  private record Writer(long pid, long startedMillis) {
    static Writer self() {
      ProcessHandle self = ProcessHandle.current();
      return new Writer(self.pid(), started(self));
    }

    private static long started(ProcessHandle process) {
      return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    boolean isAlive() {
      return ProcessHandle.of(pid)
          .filter(ProcessHandle::isAlive)
          .filter(process -> started(process) == startedMillis)
          .isPresent();
    }
  }

  private RunFolder(Path dir, boolean owner) {
    this.dir = dir;
    this.id = idOf(dir);
    this.owner = owner;
    this.events = EventLog.open(dir.resolve(Run.EVENTS));
  }

  /**
   * Makes the folder of a new run, named {@code <UTC>-<what>-<engine>-<tuning>} by the manifest,
   * whose own {@code id} is not looked at.
   */
  public static RunFolder create(Path runsDir, Manifest preliminary) {
    String name =
        "%s-%s-%s-%s"
            .formatted(
                STAMP.format(preliminary.startedAt()),
                preliminary.what(),
                preliminary.engine().name(),
                preliminary.tuning());
    try {
      Files.createDirectories(runsDir);
      Path dir = reserve(runsDir, name);
      Json.writeAtomically(dir.resolve(WRITER), Json.document(Writer.self()));
      List<String> reasons = new ArrayList<>(preliminary.invalidReasons());
      reasons.add(INTERRUPTED);
      writeManifest(dir, preliminary.withId(idOf(dir)).invalid(reasons));
      return new RunFolder(dir, true);
    } catch (IOException e) {
      throw new BenchException(
          BenchException.Kind.MACHINE,
          "cannot make a run folder in " + runsDir + ": " + e + "; is the disk full, or not ours?",
          e);
    }
  }

  /** Takes a name that no other run has, whether complete or being written. */
  private static Path reserve(Path runsDir, String name) throws IOException {
    for (int n = 1; ; n++) {
      String id = n == 1 ? name : name + "-" + n;
      Path dir = runsDir.resolve(PREFIX + id + SUFFIX);
      try {
        Files.createDirectory(dir);
      } catch (FileAlreadyExistsException taken) {
        continue;
      }
      if (!Files.exists(runsDir.resolve(id), LinkOption.NOFOLLOW_LINKS)) {
        return dir;
      }
      Files.delete(dir);
    }
  }

  /** Opens a folder that another process created and will complete. */
  public static RunFolder join(Path partialDir) {
    String name = String.valueOf(partialDir.getFileName());
    if (!name.startsWith(PREFIX)
        || !name.endsWith(SUFFIX)
        || !Files.exists(partialDir.resolve(Run.MANIFEST))) {
      throw BenchException.usage(
          "cannot join " + partialDir + ": it is not the folder of a run that is being written");
    }
    return new RunFolder(partialDir, false);
  }

  /**
   * Completes the folders whose writer is gone: kept with what they have, and invalid. One that is
   * damaged is kept too. Where another command is recovering, it is left to that one.
   *
   * @return ids of the runs that were recovered
   */
  public static List<String> recover(Path runsDir) {
    if (!Files.isDirectory(runsDir)) {
      return List.of();
    }
    List<Path> partials;
    try (Stream<Path> dirs = Files.list(runsDir)) {
      partials =
          dirs.filter(
                  dir ->
                      dir.getFileName().toString().startsWith(PREFIX)
                          && dir.getFileName().toString().endsWith(SUFFIX)
                          && Files.isDirectory(dir))
              .sorted()
              .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + runsDir, e);
    }
    if (partials.stream().noneMatch(RunFolder::isAbandoned)) {
      return List.of();
    }
    List<String> recovered = new ArrayList<>();
    try (FileChannel channel =
            FileChannel.open(
                runsDir.resolve(RECOVERING), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock == null) {
        return List.of(); // another command recovers
      }
      for (Path partial : partials) {
        // Looked at again: another command may have recovered it meanwhile.
        if (Files.isDirectory(partial) && isAbandoned(partial)) {
          recoverKept(partial).ifPresent(recovered::add);
        }
      }
    } catch (OverlappingFileLockException e) {
      return List.of(); // another thread recovers
    } catch (IOException e) {
      throw new UncheckedIOException("cannot recover what was interrupted in " + runsDir, e);
    }
    return recovered;
  }

  private static boolean isAbandoned(Path partial) {
    Path writer = partial.resolve(WRITER);
    try {
      if (Files.exists(writer)) {
        return !Json.read(writer, Writer.class).isAlive();
      }
      // Its writer may be about to tell its name.
      return Files.getLastModifiedTime(partial)
          .toInstant()
          .isBefore(Instant.now().minus(Duration.ofSeconds(10)));
    } catch (BenchException e) {
      return Files.exists(writer); // damaged: a writer that lives has written it whole
    } catch (IOException e) {
      return false; // gone meanwhile, or not ours
    }
  }

  /** One folder that cannot be recovered must not stand in the way of all commands. */
  private static Optional<String> recoverKept(Path partial) {
    try {
      return recoverOne(partial);
    } catch (RuntimeException e) {
      System.getLogger(RunFolder.class.getName())
          .log(System.Logger.Level.WARNING, "cannot recover " + partial + ", it is left: " + e);
      return Optional.empty();
    }
  }

  private static Optional<String> recoverOne(Path partial) {
    if (!Files.exists(partial.resolve(Run.MANIFEST))) {
      deleteEmpty(partial);
      return Optional.empty();
    }
    RunFolder folder = new RunFolder(partial, true);
    Manifest preliminary;
    try {
      preliminary = Json.readManifest(partial.resolve(Run.MANIFEST));
    } catch (BenchException e) {
      // Kept under its own name: the list of runs tells what is wrong with its run.json.
      folder.leave();
      folder.rename(partial.resolveSibling(folder.id));
      return Optional.empty();
    }
    try {
      Instant last =
          EventLog.read(partial.resolve(Run.EVENTS)).stream()
              .map(Event::at)
              .max(Instant::compareTo)
              .orElse(preliminary.startedAt());
      double seconds =
          Math.max(0, Duration.between(preliminary.startedAt(), last).toMillis() / 1000.0);
      folder.finish(preliminary.withDuration(seconds), false);
    } catch (RuntimeException e) {
      if (Files.isDirectory(partial)) {
        folder.keepDamaged(preliminary, e);
      }
    }
    return Optional.of(folder.id);
  }

  /** Gives a folder its final name with all files as they are, and says what is wrong with them. */
  private void keepDamaged(Manifest preliminary, RuntimeException problem) {
    leave();
    List<String> reasons = new ArrayList<>(preliminary.invalidReasons());
    reasons.add("what it had written is damaged: " + problem.getMessage());
    writeManifest(dir, preliminary.withId(id).invalid(reasons));
    rename(dir.resolveSibling(id));
  }

  /** A folder without a manifest was left within its first milliseconds. */
  private static void deleteEmpty(Path partial) {
    try (Stream<Path> files = Files.list(partial)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(partial);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + partial, e);
    }
  }

  private static String idOf(Path dir) {
    String name = dir.getFileName().toString();
    return name.substring(PREFIX.length(), name.length() - SUFFIX.length());
  }

  /** The folder as it is now, before it gets its final name. */
  public Path dir() {
    return dir;
  }

  /** The name that the complete folder will have. */
  public String id() {
    return id;
  }

  /**
   * Opens a histogram log for one part of the run; its phases go into the event log. It is closed
   * by its opener, at the latest by {@link #complete}.
   */
  public LatencyLog latencyLog(String part) {
    Path file = fresh("latency-", part, ".hlog");
    LatencyLog log =
        new LatencyLog(
            file,
            new SteadyClock(),
            true,
            (at, phase) ->
                events.append(at, Event.PHASE, Map.of("phase", phase.label(), "part", part)));
    synchronized (logs) {
      logs.add(log);
    }
    return log;
  }

  /** The event log; it is closed by {@link #complete} or {@link #leave}. */
  public EventLog events() {
    return events;
  }

  /** Adds rows, faults and reasons to the manifest; a part may contribute several times. */
  public void contribute(String part, Contribution contribution) {
    Json.writeAtomically(fresh("part-", part, ".json"), Json.document(contribution));
  }

  /** Whether a part has contributed, in this process or another. */
  public boolean hasContribution(String part) {
    return Files.exists(dir.resolve("part-" + part + ".json"));
  }

  /** A file name that no other contribution of this part has. */
  private Path fresh(String prefix, String part, String suffix) {
    if (!PART.matcher(part).matches()) {
      throw new IllegalArgumentException("'" + part + "' cannot be a part of a file name");
    }
    Path file = dir.resolve(prefix + part + suffix);
    for (int n = 2; Files.exists(file); n++) {
      file = dir.resolve("%s%s_%02d%s".formatted(prefix, part, n, suffix));
    }
    return file;
  }

  /** Ends the part of a process that joined: closes what it opened. */
  public void leave() {
    synchronized (logs) {
      logs.forEach(LatencyLog::close);
    }
    events.close();
  }

  /**
   * Merges all parts, writes {@code run.json} and {@code report.html}, gives the folder its final
   * name and points the link {@code latest} beside {@code runs/} at it. The run is valid if {@code
   * head} is and no part says otherwise.
   *
   * @param head the manifest without what the parts contributed; its {@code id} is not looked at
   * @return the complete folder
   */
  public Path complete(Manifest head) {
    if (!owner) {
      throw new IllegalStateException(id + " was joined: the process that created it completes it");
    }
    return finish(head, true);
  }

  private Path finish(Manifest head, boolean point) {
    leave();
    mergeLatencies();
    Manifest whole = merge(head);
    writeManifest(dir, whole);
    try {
      Files.deleteIfExists(dir.resolve(WRITER));
      for (Path part : files("part-", ".json")) {
        Files.delete(part);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot clear the parts of " + dir, e);
    }
    Path target = dir.resolveSibling(id);
    try {
      Report.write(dir);
    } finally {
      // Even where the report fails, nothing that was measured stays hidden.
      rename(target);
      if (point) {
        pointLatestAt(target);
      }
    }
    return target;
  }

  private void rename(Path target) {
    try {
      Files.move(dir, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot rename " + dir + " to " + target, e);
    }
  }

  private void mergeLatencies() {
    List<Path> parts = files("latency-", ".hlog");
    if (parts.isEmpty()) {
      return;
    }
    LatencyHistory.merge(parts, dir.resolve(Run.LATENCY));
    try {
      for (Path part : parts) {
        Files.delete(part);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete a part of " + dir, e);
    }
  }

  private Manifest merge(Manifest head) {
    List<Manifest.OperationResult> operations = new ArrayList<>(head.operations());
    List<Manifest.FaultResult> faults = new ArrayList<>(head.faults());
    List<Manifest.ProcessorShare> processor = new ArrayList<>(head.processor());
    List<Manifest.PlanCheck> plans = new ArrayList<>(head.plans());
    List<Manifest.Generator> generators = new ArrayList<>(head.generators());
    List<Manifest.LeaderChange> unasked = head.unaskedLeaderChanges();
    List<Endurance> endurance = new ArrayList<>(head.endurance());
    List<String> reasons = new ArrayList<>(head.invalidReasons());
    for (Path part : files("part-", ".json")) {
      Contribution contribution = Json.read(part, Contribution.class);
      // A part counts its own faults.
      contribution.operations().forEach(row -> operations.add(row.withFaultsBefore(faults.size())));
      faults.addAll(contribution.faults());
      processor.addAll(contribution.processor());
      plans.addAll(contribution.plans());
      generators.addAll(contribution.generators());
      unasked = joined(unasked, contribution.unaskedLeaderChanges());
      endurance.addAll(contribution.endurance());
      reasons.addAll(contribution.invalidReasons());
    }
    if (!head.valid() && reasons.isEmpty()) {
      reasons.add("marked as invalid without a reason");
    }
    return head.withId(id)
        .withGenerators(generators)
        .withUnaskedLeaderChanges(unasked)
        .withEndurance(endurance)
        .with(operations, faults, processor, plans, reasons.stream().distinct().toList());
  }

  /** Null, where nobody looked, only of two that are. */
  private static <T> @Nullable List<T> joined(@Nullable List<T> one, @Nullable List<T> other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return Stream.concat(one.stream(), other.stream()).toList();
  }

  private List<Path> files(String prefix, String suffix) {
    try (Stream<Path> files = Files.list(dir)) {
      return files
          .filter(
              file ->
                  file.getFileName().toString().startsWith(prefix)
                      && file.getFileName().toString().endsWith(suffix))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + dir, e);
    }
  }

  private static void writeManifest(Path dir, Manifest manifest) {
    Json.writeAtomically(dir.resolve(Run.MANIFEST), Json.document(manifest));
  }

  /** The link is replaced in one step; whatever else bears its name is left alone. */
  private static void pointLatestAt(Path run) {
    Path runs = Objects.requireNonNull(run.toAbsolutePath().getParent());
    Path link = runs.resolveSibling(Runs.LATEST);
    if (Files.exists(link, LinkOption.NOFOLLOW_LINKS) && !Files.isSymbolicLink(link)) {
      return;
    }
    Path temporary = link.resolveSibling("." + Runs.LATEST + "." + ProcessHandle.current().pid());
    try {
      Files.deleteIfExists(temporary);
      Files.createSymbolicLink(
          temporary, Path.of(runs.getFileName().toString(), run.getFileName().toString()));
      Files.move(temporary, link, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot point " + link + " at " + run, e);
    }
  }
}
