package dev.citusbench.results;

import java.nio.file.Path;

/** A complete run folder and its manifest. */
public record Run(Path dir, Manifest manifest) {

  /** The manifest's file in a run folder. */
  public static final String MANIFEST = "run.json";

  /** The histogram log's file in a run folder. */
  public static final String LATENCY = "latency.hlog";

  /** The event log's file in a run folder. */
  public static final String EVENTS = "events.jsonl";

  /** The report's file in a run folder. */
  public static final String REPORT = "report.html";

  /**
   * Reads the run of a folder.
   *
   * @throws BenchException of kind usage that names the place where {@code run.json} is broken
   */
  public static Run read(Path dir) {
    return new Run(dir, Json.readManifest(dir.resolve(MANIFEST)));
  }

  public String id() {
    return manifest.id();
  }

  /** The histogram log; not there where nothing wrote one. */
  public Path latency() {
    return dir.resolve(LATENCY);
  }

  /** The event log; not there where nothing happened. */
  public Path events() {
    return dir.resolve(EVENTS);
  }
}
