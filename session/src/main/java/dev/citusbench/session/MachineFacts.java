package dev.citusbench.session;

import dev.citusbench.results.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads what the record says of the machine from Linux' {@code /proc}. */
final class MachineFacts {
  private static final String UNKNOWN = "unknown";

  private final Path proc;

  MachineFacts(Path proc) {
    this.proc = proc;
  }

  Manifest.Machine read() {
    return new Manifest.Machine(
        value("cpuinfo", "model name"),
        Runtime.getRuntime().availableProcessors(),
        kibibytes(value("meminfo", "MemTotal")) * 1024,
        text("sys/kernel/osrelease").strip(),
        loadAverage());
  }

  /** How this process is scheduled, from -20 (before others) to 19: proc(5), field 19 of stat. */
  String nice() {
    String stat = text("self/stat");
    // the name, field 2, is in parentheses and may hold spaces
    return stat.equals(UNKNOWN)
        ? UNKNOWN
        : stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[19 - 3];
  }

  private static long kibibytes(String value) {
    return value.equals(UNKNOWN) ? 0 : Long.parseLong(value.replace(" kB", ""));
  }

  private double loadAverage() {
    String text = text("loadavg");
    return text.equals(UNKNOWN) ? 0 : Double.parseDouble(text.substring(0, text.indexOf(' ')));
  }

  private String value(String file, String key) {
    return text(file)
        .lines()
        .filter(line -> line.startsWith(key))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse(UNKNOWN);
  }

  private String text(String file) {
    try {
      return Files.readString(proc.resolve(file));
    } catch (IOException e) {
      return UNKNOWN; // the record says so; a benchmark does not fail for it
    }
  }
}
