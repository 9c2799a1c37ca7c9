package dev.citusbench.results;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.DataFormatException;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Reads and merges histogram logs. It reads what {@link LatencyLog} writes line by line, so that a
 * damaged line is named; an unfinished last line, left by a writer that was killed, is left out.
 */
public final class LatencyHistory {
  private static final Pattern START_TIME =
      Pattern.compile("#\\[StartTime: ([0-9]+(?:\\.[0-9]+)?) .*");
  private static final Pattern BASE_TIME =
      Pattern.compile("#\\[BaseTime: ([0-9]+(?:\\.[0-9]+)?) .*");
  private static final Pattern LINE =
      Pattern.compile("Tag=([^,]+),([0-9.]+),([0-9.]+),([0-9.]+),(\\S+)");

  private LatencyHistory() {}

  /** One histogram of a log. */
  public record Interval(Series series, Instant from, Instant to, Histogram histogram) {

    /** The instant by which an interval is said to be in a phase. */
    public Instant middle() {
      return from.plus(Duration.between(from, to).dividedBy(2));
    }
  }

  /** From when to when a log goes. */
  record Span(Instant from, Instant to) {}

  /** One line of a log, not decoded. */
  private record Line(long startMillis, String length, String max, String tag, String histogram) {
    long endMillis() {
      return startMillis + Math.round(Double.parseDouble(length) * 1000);
    }
  }

  /**
   * Reads all intervals in the order of the file; tags that are no {@link Series} are left out.
   *
   * @throws BenchException of kind usage that names the line that is damaged
   */
  public static void read(Path file, Consumer<Interval> consumer) {
    try (Lines lines = new Lines(file)) {
      for (Line line = lines.next(); line != null; line = lines.next()) {
        Line read = line;
        Series.parse(read.tag())
            .ifPresent(
                series ->
                    consumer.accept(
                        new Interval(
                            series,
                            Instant.ofEpochMilli(read.startMillis()),
                            Instant.ofEpochMilli(read.endMillis()),
                            lines.decode(read.histogram()))));
      }
    }
  }

  /** From the first to the last instant of a log; null for a log without a histogram. */
  static @Nullable Span span(Path file) {
    try (Lines lines = new Lines(file)) {
      long from = Long.MAX_VALUE;
      long to = Long.MIN_VALUE;
      for (Line line = lines.next(); line != null; line = lines.next()) {
        from = Math.min(from, line.startMillis());
        to = Math.max(to, line.endMillis());
      }
      return from > to ? null : new Span(Instant.ofEpochMilli(from), Instant.ofEpochMilli(to));
    }
  }

  /** The sum of each series over the whole log. */
  public static Map<Series, Histogram> totals(Path file) {
    Map<Series, Histogram> totals = new TreeMap<>();
    read(
        file,
        interval ->
            totals
                .computeIfAbsent(
                    interval.series(),
                    series -> new Histogram(1, LatencyLog.HIGHEST_NANOS, LatencyLog.DIGITS))
                .add(interval.histogram()));
    return totals;
  }

  /** Merges logs into one, in time order; histograms stay as they are. */
  static void merge(List<Path> parts, Path into) {
    List<Lines> inputs = new ArrayList<>();
    try {
      for (Path part : parts) {
        inputs.add(new Lines(part));
      }
      long start = inputs.stream().mapToLong(lines -> lines.startMillis).min().orElseThrow();
      try (BufferedWriter out = Files.newBufferedWriter(into)) {
        out.write(header(start));
        mergeLines(inputs, start, out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + into, e);
    } finally {
      inputs.forEach(Lines::close);
    }
  }

  private static String header(long startMillis) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream printer = new PrintStream(bytes, false, StandardCharsets.UTF_8)) {
      LatencyLog.header(printer, Instant.ofEpochMilli(startMillis));
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static void mergeLines(List<Lines> inputs, long start, BufferedWriter out)
      throws IOException {
    List<Head> heads = new ArrayList<>();
    for (Lines lines : inputs) {
      Line line = lines.next();
      if (line != null) {
        heads.add(new Head(lines, line));
      }
    }
    while (!heads.isEmpty()) {
      Head first =
          heads.stream().min(Comparator.comparingLong(h -> h.line.startMillis)).orElseThrow();
      Line line = first.line;
      out.write(
          String.format(
              Locale.ROOT,
              "Tag=%s,%.3f,%s,%s,%s\n",
              line.tag(),
              (line.startMillis() - start) / 1000.0,
              line.length(),
              line.max(),
              line.histogram()));
      Line next = first.lines.next();
      if (next == null) {
        heads.remove(first);
      } else {
        first.line = next;
      }
    }
  }

  private static final class Head {
    final Lines lines;
    Line line;

    Head(Lines lines, Line line) {
      this.lines = lines;
      this.line = line;
    }
  }

  /** The lines of one log, read one by one. */
  private static final class Lines implements AutoCloseable {
    private final Path file;
    private final BufferedReader reader;
    private int number;
    private long baseMillis;
    private final boolean unfinished;
    private @Nullable String following;
    private @Nullable String ahead;
    final long startMillis;

    Lines(Path file) {
      this.file = file;
      try {
        this.unfinished = isUnfinished(file);
        this.reader = Files.newBufferedReader(file);
        try {
          this.following = reader.readLine();
          this.startMillis = header();
        } catch (IOException | RuntimeException e) {
          reader.close();
          throw e;
        }
      } catch (IOException e) {
        throw BenchException.usage("cannot read " + file + ": " + e);
      }
    }

    private static boolean isUnfinished(Path file) throws IOException {
      try (FileChannel channel = FileChannel.open(file)) {
        ByteBuffer last = ByteBuffer.allocate(1);
        return channel.size() > 0
            && channel.read(last, channel.size() - 1) == 1
            && last.get(0) != '\n';
      }
    }

    /** Reads up to the first histogram; the base time is 0 where none is given. */
    private long header() throws IOException {
      long start = -1;
      while (true) {
        String line = readLine();
        if (line == null || !(line.startsWith("#") || line.startsWith("\""))) {
          ahead = line;
          return Math.max(start, 0);
        }
        Matcher matcher = START_TIME.matcher(line);
        if (matcher.matches()) {
          start = millis(matcher.group(1));
        }
        matcher = BASE_TIME.matcher(line);
        if (matcher.matches()) {
          baseMillis = millis(matcher.group(1));
        }
      }
    }

    private static long millis(String seconds) {
      return Math.round(Double.parseDouble(seconds) * 1000);
    }

    /** The next line that was finished. */
    private @Nullable String readLine() throws IOException {
      String line = following;
      following = reader.readLine();
      number++;
      return following == null && unfinished ? null : line;
    }

    @Nullable Line next() {
      try {
        while (true) {
          String line = ahead;
          ahead = null;
          if (line == null) {
            line = readLine();
          }
          if (line == null) {
            return null;
          }
          Matcher matcher = LINE.matcher(line);
          if (matcher.matches()) {
            return new Line(
                baseMillis + millis(matcher.group(2)),
                matcher.group(3),
                matcher.group(4),
                matcher.group(1),
                matcher.group(5));
          }
          if (line.isBlank() || line.startsWith("#") || line.startsWith("\"")) {
            continue;
          }
          throw damaged(number, "not an interval of a histogram log");
        }
      } catch (IOException e) {
        throw BenchException.usage("cannot read " + file + ": " + e);
      }
    }

    Histogram decode(String histogram) {
      try {
        return Histogram.decodeFromCompressedByteBuffer(
            ByteBuffer.wrap(Base64.getDecoder().decode(histogram)), 0);
      } catch (DataFormatException | RuntimeException e) {
        throw damaged(number, "its histogram cannot be decoded (" + e + ")");
      }
    }

    private BenchException damaged(int line, String why) {
      return BenchException.usage(file + ", line " + line + ": " + why);
    }

    @Override
    public void close() {
      try {
        reader.close();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot close " + file, e);
      }
    }
  }
}
