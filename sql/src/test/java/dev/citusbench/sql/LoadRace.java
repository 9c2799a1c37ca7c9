package dev.citusbench.sql;

import dev.citusbench.results.Engine;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Loads the same rows by {@link Loader}, generation included, and by one {@code psql \copy} a table
 * from ready CSV files, through the same coordinator, turn by turn, and prints both times and their
 * ratio.
 *
 * <pre>
 * java -cp … dev.citusbench.sql.LoadRace &lt;sql folder&gt; citus|fdw|single &lt;scale&gt; &lt;rounds&gt; &lt;host:port&gt; [&lt;worker host:port&gt; …]
 * </pre>
 *
 * The database is {@code bench}, the user {@code postgres}, the password that of PGPASSWORD.
 */
final class LoadRace {
  private LoadRace() {}

  @SuppressWarnings("SystemOut")
  public static void main(String[] arguments) throws Exception {
    Path sqlDir = Path.of(arguments[0]);
    Engine engine = Engine.valueOf(arguments[1].toUpperCase(java.util.Locale.ROOT));
    DatasetSpec spec = new DatasetSpec(Double.parseDouble(arguments[2]), 1);
    int rounds = Integer.parseInt(arguments[3]);
    List<Endpoint> endpoints = new ArrayList<>();
    for (int i = 4; i < arguments.length; i++) {
      String[] parts = arguments[i].split(":", 2);
      endpoints.add(new Endpoint(parts[0], Integer.parseInt(parts[1])));
    }
    Target target =
        new Target(
            engine,
            endpoints.get(0),
            endpoints.subList(1, endpoints.size()),
            "bench",
            "postgres",
            System.getenv("PGPASSWORD"),
            Map.of());
    Path folder = Files.createTempDirectory("load-race");
    try {
      System.out.println(run(sqlDir, target, spec, rounds, folder));
    } finally {
      for (Table table : Table.values()) {
        Files.deleteIfExists(folder.resolve(table.label() + ".csv"));
      }
      Files.delete(folder);
    }
  }

  /** Runs the race and tells it as text. */
  static String run(Path sqlDir, Target target, DatasetSpec spec, int rounds, Path folder)
      throws IOException, InterruptedException {
    Dataset data = Dataset.of(spec);
    long rows = 0;
    for (Table table : Table.values()) {
      writeCsv(data, table, folder.resolve(table.label() + ".csv"));
      rows += data.rows(table);
    }
    StringBuilder told = new StringBuilder();
    Loader loader = new Loader(sqlDir, target, spec, 32);
    double ratios = 0;
    for (int round = 0; round < rounds; round++) {
      LoadResult result = loader.load((step, done, of) -> {});
      Schema schema = new Schema(sqlDir, target, 32);
      schema.drop();
      schema.create();
      double copied = 0;
      for (Table table : Table.values()) {
        copied += psqlCopy(target, table, folder.resolve(table.label() + ".csv"));
      }
      loader.verify();
      schema.drop();
      ratios += copied / result.seconds();
      told.append(
          "%s scale %s: loader %.2f s (%,.0f rows/s; with tables, check and analyze %.2f s), psql \\copy %.2f s (%,.0f rows/s), ratio %.2f%n"
              .formatted(
                  target.engine(),
                  spec.scale(),
                  result.seconds(),
                  result.rowsPerSecond(),
                  result.totalSeconds(),
                  copied,
                  rows / copied,
                  copied / result.seconds()));
    }
    return told.append("mean ratio %.2f".formatted(ratios / rounds)).toString();
  }

  private static double psqlCopy(Target target, Table table, Path csv)
      throws IOException, InterruptedException {
    ProcessBuilder psql =
        new ProcessBuilder(
            "psql",
            "-X",
            "-q",
            "-v",
            "ON_ERROR_STOP=1",
            "-h",
            target.writer().host(),
            "-p",
            Integer.toString(target.writer().port()),
            "-U",
            target.user(),
            "-d",
            target.database(),
            "-c",
            "\\copy " + table.label() + " from '" + csv + "' csv");
    psql.environment().put("PGPASSWORD", target.password());
    psql.inheritIO();
    long begin = System.nanoTime();
    int status = psql.start().waitFor();
    if (status != 0) {
      throw new IOException("psql \\copy " + table.label() + " ended with " + status);
    }
    return (System.nanoTime() - begin) / 1e9;
  }

  /** No value of the data needs more than quotes: text format's escapes are none of CSV's. */
  private static void writeCsv(Dataset data, Table table, Path file) throws IOException {
    CsvSink sink = new CsvSink();
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 20)) {
      for (long index = 0; index < data.rows(table); index++) {
        data.write(table, index, sink);
        out.write(sink.take());
      }
    }
  }

  /** Rows as CSV, simple rather than fast: the files are ready before the clock runs. */
  private static final class CsvSink implements RowSink {
    private final StringBuilder row = new StringBuilder();

    byte[] take() {
      row.append('\n');
      byte[] bytes = row.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
      row.setLength(0);
      return bytes;
    }

    private void cell(String value) {
      row.append(row.isEmpty() ? "" : ",").append(value);
    }

    @Override
    public void begin(int columns) {}

    @Override
    public void int8(long value) {
      cell(Long.toString(value));
    }

    @Override
    public void int4(int value) {
      cell(Integer.toString(value));
    }

    @Override
    public void text(byte[] value) {
      cell(
          '"'
              + new String(value, java.nio.charset.StandardCharsets.UTF_8).replace("\"", "\"\"")
              + '"');
    }

    @Override
    public void jsonb(byte[] value) {
      text(value);
    }

    @Override
    public void timestamptz(long epochSeconds) {
      cell(java.time.Instant.ofEpochSecond(epochSeconds).toString());
    }

    @Override
    public void end() {}
  }
}
