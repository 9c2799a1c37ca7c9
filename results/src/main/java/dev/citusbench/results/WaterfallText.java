package dev.citusbench.results;

import dev.citusbench.results.Manifest.FaultPhase;
import dev.citusbench.results.Manifest.FaultResult;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Where the outage of writes of a fault went, as text. */
final class WaterfallText {
  static final String NOTE =
      "Where the outage of writes went: each phase from the end of the one before, all together the"
          + " outage of client plain on the group that was hit. before: from the last success to the"
          + " fault. detect: until the member's Patroni said so in its log. release: until the"
          + " leader key was free; lease: the same where nobody noticed. elect: until another held"
          + " it. promote: until its PostgreSQL took writes; restart: the same in its old place;"
          + " held: until the fault was undone, where nobody was elected."
          + " metadata: until the coordinator had the new address in pg_dist_node. proxy: until"
          + " HAProxy had it up. retaken: until another one than was elected held the key;"
          + " synchronous: until that one had a synchronous standby. client: until the write that succeeded was answered. unexplained:"
          + " all of that was done, and probes still failed. What was not seen is in the next phase.";

  private WaterfallText() {}

  /** A table, or nothing. */
  static String of(FaultResult fault) {
    if (fault.phases().isEmpty()) {
      return "";
    }
    double all = fault.phases().stream().mapToDouble(FaultPhase::millis).sum();
    TextTable table = TextTable.of("lrrlr");
    table.row("phase", "time", "share", "told by", "resolution");
    for (FaultPhase phase : fault.phases()) {
      String source = phase.source();
      Double resolution = phase.resolutionMillis();
      table.row(
          phase.name(),
          Units.millis(phase.millis()),
          Units.percent(all > 0 ? phase.millis() / all : 0),
          source == null ? "–" : source,
          resolution == null ? "–" : Units.period(Math.rint(resolution)));
    }
    return "\n" + table + RunText.wrapped("", apart(fault));
  }

  /** The milestones, each from the opening of the fault on. */
  static String apart(FaultResult fault) {
    List<String> parts = new ArrayList<>();
    for (Manifest.Milestone milestone : fault.milestones()) {
      parts.add("%s %s".formatted(milestone.name(), Units.millis(milestone.millis())));
    }
    Manifest.Debt debt = fault.debt();
    if (debt != null) {
      Double back = debt.backMillis();
      parts.add(
          "p99 within 10 % "
              + (back == null
                  ? "not within " + Units.millis(debt.watchedMillis())
                  : Units.period(back)));
    }
    return parts.isEmpty()
        ? ""
        : parts.stream()
            .collect(Collectors.joining("; ", "Apart from that, after the fault: ", "."));
  }

  /** The distribution over the repeats of a fault. */
  static String of(PhaseDistribution phases) {
    TextTable table = TextTable.of("lrrr");
    table.row("phase", "median", "maximum", "seen");
    for (PhaseDistribution.Part part : phases.parts()) {
      table.row(
          part.name(),
          Units.millis(part.median()),
          Units.millis(part.max()),
          part.seen() + " of " + phases.faults());
    }
    return table + RunText.wrapped("", phases.costliest());
  }
}
