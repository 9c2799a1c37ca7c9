package dev.citusbench.results;

import dev.citusbench.results.Manifest.Debt;
import dev.citusbench.results.Manifest.FaultResult;
import dev.citusbench.results.Manifest.Outage;
import dev.citusbench.results.Manifest.PoolUse;
import dev.citusbench.results.Manifest.Suffered;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What clients saw of one fault, as text. */
final class FaultText {
  static final String NOTE =
      "Outage: from the last success before to the first success after, through HAProxy; the"
          + " resolution is the longest time between two probes. Client plain has no pool and keeps"
          + " its connections while they live, plain-new opens one a probe, hikari is a HikariCP"
          + " pool as the tuning has it, and hikari-override the same with an"
          + " SQLExceptionOverride.";

  static final String WRITES =
      "Writes are only the rows that write probes sent, from some seconds before the fault on;"
          + " errors by SQLSTATE are those of all probes, reads too, from the fault on. A write"
          + " that got no connection was not sent: it has an error, and is not unknown.";

  private FaultText() {}

  /** A table, and the errors. */
  static String outages(FaultResult fault) {
    if (fault.outages().isEmpty()) {
      return "no probe was running\n";
    }
    TextTable table = TextTable.of("lllrr");
    table.row("client", "probe", "group", "outage", "resolution");
    Map<String, Long> errors = new TreeMap<>();
    for (Outage outage : fault.outages()) {
      table.row(
          outage.client(),
          outage.probe(),
          Answers.group(outage.group()),
          outage.shown(),
          Units.period(Math.rint(outage.resolutionMillis())));
      outage.errors().forEach((state, count) -> errors.merge(state, count, Long::sum));
    }
    return errors.isEmpty()
        ? table.toString()
        : table
            + RunText.wrapped(
                "",
                "errors by SQLSTATE: "
                    + errors.entrySet().stream()
                        .map(e -> e.getKey() + " × " + Units.number(e.getValue()))
                        .collect(Collectors.joining(", ")));
  }

  /** One line, or nothing. */
  static String pools(FaultResult fault) {
    return fault.pools().isEmpty()
        ? ""
        : RunText.wrapped(
            "",
            "connections opened anew, by pool: "
                + fault.pools().stream().map(FaultText::pool).collect(Collectors.joining(", ")));
  }

  private static String pool(PoolUse pool) {
    return "%s %s (of %d)"
        .formatted(pool.client(), Units.number(pool.opened()), pool.connections());
  }

  /** A table, or nothing. */
  static String blastRadius(FaultResult fault) {
    if (fault.blastRadius().isEmpty()) {
      return "";
    }
    TextTable table = TextTable.of("llrrrrr");
    table.row("requests of", "access", "due", "failed", "late", "share", "late is over");
    for (Suffered row : fault.blastRadius()) {
      table.row(
          row.tenants() + (row.hit() ? " (hit)" : ""),
          row.access(),
          Units.number(row.requests()),
          Units.number(row.failed()),
          row.before() == 0 ? "–" : Units.number(row.late()),
          Units.percent(share(row)),
          row.before() == 0 ? "–" : Units.millis(row.lateMillis()));
    }
    return "\n"
        + RunText.wrapped(
            "",
            "Blast radius: the load's requests that were due from the opening of the fault to the"
                + " end of its outage, by whose tenant they asked for. Late is over 1.1 × the p99 of"
                + " such requests in the quiet time before, when 1 % was.")
        + table;
  }

  private static double share(Suffered row) {
    return row.requests() == 0 ? 0 : (double) (row.failed() + row.late()) / row.requests();
  }

  /** Lines, or nothing. */
  static String debt(FaultResult fault) {
    String sentence = debtOf(fault);
    return sentence.isEmpty() ? "" : RunText.wrapped("", sentence);
  }

  /** A sentence, or nothing. */
  static String debtOf(FaultResult fault) {
    Debt debt = fault.debt();
    return debt == null ? "" : sentence(debt);
  }

  private static String sentence(Debt debt) {
    Double back = debt.backMillis();
    String when =
        back == null
            ? "was not back within the %s that were watched"
                .formatted(Units.millis(debt.watchedMillis()))
            : back == 0
                ? "was never lost for a whole second"
                : "was back %s after the fault".formatted(Units.period(back));
    return ("Performance debt: full performance %s (%d seconds in a row in which the p99 of %s before"
            + " was kept within 10 %%). Until then the answered requests of one tenant waited %s"
            + " request·s longer than before, and %s failed.")
        .formatted(
            when,
            debt.intervals(),
            Units.millis(debt.p99Millis()),
            Units.number(Math.rint(100 * debt.waitedRequestSeconds()) / 100),
            Units.number(debt.failed()));
  }
}
