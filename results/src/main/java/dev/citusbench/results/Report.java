package dev.citusbench.results;

import java.nio.file.Path;

/** {@code report.html} of a run: one file that needs no network. */
public final class Report {
  private Report() {}

  /** Writes the report into a run folder, from what is in that folder. */
  public static void write(Path runDir) {
    Run run = Run.read(runDir);
    Json.writeAtomically(
        runDir.resolve(Run.REPORT), "<!doctype html><title>" + run.id() + "</title>\n");
  }
}
