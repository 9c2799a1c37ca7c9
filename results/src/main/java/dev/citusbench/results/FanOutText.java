package dev.citusbench.results;

import dev.citusbench.results.FanOutModel.Coefficient;
import dev.citusbench.results.FanOutModel.Fit;
import dev.citusbench.results.FanOutModel.Residual;
import java.util.stream.Collectors;

/** The cost of a fan-out, and the choice of its pool, as text of 80 columns. */
final class FanOutText {
  static final String NOTE =
      "p50 = base + each task + each new connection, by least squares relative to p50, over the configurations of"
          + " this run. A task is one shard's part of a statement; new connections are those that"
          + " Citus opened for it, beyond what it had kept, with slow start off. It describes what was measured, and proves no cause.";
  static final String POOL_NOTE =
      "Best: the smallest size whose p50 is within 3 % of the smallest p50, in this run. One run"
          + " is no evidence of small differences.";

  private FanOutText() {}

  static String of(FanOutModel model) {
    String title = "route " + model.route() + (model.setup().isEmpty() ? "" : ", " + model.setup());
    Fit fit = model.fit();
    if (fit == null) {
      return RunText.wrapped(
          "", title + ": no model can be fitted, because " + model.whyNot() + ".");
    }
    TextTable table = TextTable.of("lrrl");
    table.row(title, "ms", "95 % interval in ms", "");
    row(table, "base", fit.base());
    row(table, "each task costs", fit.perTask());
    row(table, "each new connection costs", fit.perConnection());
    return table + RunText.wrapped("", sentence(model, fit));
  }

  private static void row(TextTable table, String name, Coefficient coefficient) {
    table.row(
        name,
        Units.threeDigits(coefficient.millis()),
        Units.threeDigits(coefficient.low()) + " to " + Units.threeDigits(coefficient.high()),
        coefficient.toldApartFromZero() ? "" : "not told apart from 0");
  }

  private static String sentence(FanOutModel model, Fit fit) {
    Residual largest = fit.largest();
    String leftOut =
        model.leftOut().isEmpty() ? "" : " Left out: " + String.join(", ", model.leftOut()) + ".";
    return ("%s configurations, residual standard deviation %s of p50. Farthest from the model:"
                + " %s, measured %s, model %s.")
            .formatted(
                Units.number((long) fit.observations()),
                Units.percent(fit.residualShare()),
                largest.variant(),
                Units.inMillis(largest.measuredMillis()),
                Units.inMillis(largest.modelMillis()))
        + leftOut;
  }

  static String of(PoolChoice choice) {
    String pools =
        choice.pools().stream()
            .map(measured -> measured.pool() + ": " + Units.nanos(measured.p50Nanos()))
            .collect(Collectors.joining(", "));
    return RunText.wrapped(
        "* ",
        "%s, route %s: best %d%s (p50 by size %s)%s"
            .formatted(
                choice.operation(),
                choice.route(),
                choice.best(),
                aboveFloor(choice),
                pools,
                ofDefault(choice)));
  }

  private static String aboveFloor(PoolChoice choice) {
    Long above = choice.bestAboveFloorNanos();
    return above == null ? "" : ", %s above the floor".formatted(Units.nanos(above));
  }

  private static String ofDefault(PoolChoice choice) {
    Double above = choice.defaultAboveBest();
    if (above == null) {
      return "; the default, %d, was not measured".formatted(PoolChoice.DEFAULT);
    }
    return choice.best() == PoolChoice.DEFAULT
        ? "; that is the default"
        : "; the default, %d, costs %s against it"
            .formatted(PoolChoice.DEFAULT, Units.signedPercent(above));
  }
}
