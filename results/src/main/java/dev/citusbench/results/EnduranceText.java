package dev.citusbench.results;

import dev.citusbench.results.Endurance.Step;

/** How much of a stress was borne, as text. */
final class EnduranceText {
  static final String NOTE =
      "Each stress grows step by step until a leader changes that nobody asked to: another member is"
          + " promoted, or the same one begins a new timeline. Pause: SIGSTOP of Patroni and"
          + " PostgreSQL for so long. Load: so many busy processes for each core, at the daemons' own"
          + " nice. Disk, etcd-disk: each fsync and fdatasync of PostgreSQL, or of all etcds, takes"
          + " that much longer; reads and other writes do not, but a tracer is attached, which costs"
          + " each system call of theirs some microseconds.";

  private EnduranceText() {}

  /** A sentence and a table. */
  static String of(Endurance each) {
    TextTable table = TextTable.of("lrrlrr");
    table.row(each.name(), "done", "leader changed", "groups", "requests", "failed");
    for (Step step : each.steps()) {
      table.row(
          each.shown(step.value()),
          step.repetitions() + " of " + each.repeat(),
          step.changed() == 0
              ? step.notRecovered() > 0 ? "not recovered" : "no"
              : step.changed() + " of " + step.repetitions(),
          step.changed() == 0 ? "–" : String.join(", ", step.groups()),
          Units.number(step.requests()),
          Units.number(step.failedRequests()));
    }
    return table + RunText.wrapped("", each.sentence());
  }

  /** What a figure stands on. */
  static String basis(Endurance each) {
    Long held = each.heldMillis();
    return "%s a step, begun at random moments, watched for %s more%s"
        .formatted(
            Units.counted(each.repeat(), "repetition"),
            Units.period((double) each.settleMillis()),
            held == null ? "" : "; each lasted " + Units.period(held.doubleValue()));
  }

  /** What became of leaders outside of the steps. */
  static String apart(Manifest manifest) {
    var unasked = manifest.unaskedLeaderChanges();
    if (unasked == null) {
      return "Leader changes outside of these steps are not known.";
    }
    if (unasked.isEmpty()) {
      return "Outside of these steps no leader changed.";
    }
    return "Outside of these steps leaders changed too: "
        + String.join(" ", Answers.unasked(manifest));
  }
}
