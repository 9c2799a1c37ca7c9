package dev.citusbench.results;

import dev.citusbench.results.InsertScaling.Knee;
import dev.citusbench.results.InsertScaling.Point;
import java.util.function.DoubleFunction;
import org.jspecify.annotations.Nullable;

/** Insert throughput over clients as text of 80 columns. */
final class InsertScalingText {
  static final String NOTE =
      "Acknowledged rows a second. Each client inserts in a closed loop over a connection of its"
          + " own. Commits and WAL are those of all groups' primaries (1 MB is 1,000,000 B); CPU is"
          + " what the client used. A rate has no distance to the floor: of floor is operations a"
          + " second as a share of `select 1` by as many clients. "
          + InsertScaling.RULE;

  private InsertScalingText() {}

  static String of(InsertScaling path) {
    TextTable table = TextTable.of("rrrrrrr");
    table.row(
        "clients", "rows/s", "of floor", "commits/s", "WAL B/row", "WAL MB/s", "client CPU/op");
    for (Point point : path.points()) {
      table.row(
          Units.number((long) point.clients()),
          Units.number(Math.rint(point.rowsPerSecond())),
          shown(point.ofFloorRate(), Units::percent),
          shown(point.commitsPerSecond(), Units::number),
          shown(point.walBytesPerRow(), Units::number),
          shown(point.walBytesPerSecond(), bytes -> Units.number(bytes / 1e6)),
          shown(point.clientCpuNanos(), Units::nanos));
    }
    Knee knee = path.knee();
    return RunText.wrapped("", path.path() + ", route " + path.route())
        + table
        + (knee == null ? "" : RunText.wrapped("", "Knee: " + knee.sentence()));
  }

  private static String shown(@Nullable Double value, DoubleFunction<String> unit) {
    return value == null ? "–" : unit.apply(value);
  }
}
