package dev.citusbench.results;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BiConsumer;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;
import org.HdrHistogram.Recorder;
import org.HdrHistogram.WriterReaderPhaser;
import org.jspecify.annotations.Nullable;

/**
 * Records latencies of many threads into an HdrHistogram interval log (V2): nanoseconds with 3
 * significant digits from 1 ns to an hour (longer ones count as an hour), one histogram a second
 * and {@link Series}. All intervals are cut at whole seconds of one clock that never steps, and at
 * the begin of each phase. A value belongs to the interval in which it is recorded, that is, in
 * which the request ended.
 *
 * <p>{@link #record} never waits for the file. Each value recorded is in exactly one interval;
 * values recorded before {@link #close} begins are in the file when it returns, later ones throw.
 */
public final class LatencyLog implements AutoCloseable {
  static final long HIGHEST_NANOS = Duration.ofHours(1).toNanos();
  static final int DIGITS = 3;

  private static final int OUTCOMES = Outcome.values().length;
  private static final int SLOTS = TimePart.values().length * OUTCOMES;

  /** What the rows of one operation say beside their figures. */
  public record Described(PlanClass planClass, int tasks, Source source, String route) {}

  private final Path file;
  private final InstantSource clock;
  private final BiConsumer<Instant, Phase> phaseBegan;

  /** By operation: its channels, indexed by time and outcome. */
  private final ConcurrentHashMap<String, AtomicReferenceArray<@Nullable Channel>> channels =
      new ConcurrentHashMap<>();

  /** Tells {@link #close} when the last record that found the log open is done. */
  private final WriterReaderPhaser recording = new WriterReaderPhaser();

  private volatile boolean closed;

  private final Object writing = new Object();
  private final RememberingStream stream;
  private final HistogramLogWriter writer;
  private final @Nullable ScheduledExecutorService ticker;
  private Instant lastCut;

  /** One series: its recorder, and the histogram that goes round. */
  private static final class Channel {
    final Series series;
    final Recorder recorder = new Recorder(1, HIGHEST_NANOS, DIGITS);
    @Nullable Histogram interval;

    Channel(Series series) {
      this.series = series;
    }
  }

  /** Opens a new log file that is cut each second; an existing one is an error. */
  public static LatencyLog open(Path file) {
    return new LatencyLog(file, new SteadyClock(), true, (at, phase) -> {});
  }

  LatencyLog(
      Path file, InstantSource clock, boolean ticking, BiConsumer<Instant, Phase> phaseBegan) {
    this(file, create(file), clock, ticking, phaseBegan);
  }

  LatencyLog(
      Path file,
      OutputStream out,
      InstantSource clock,
      boolean ticking,
      BiConsumer<Instant, Phase> phaseBegan) {
    this.file = file;
    this.clock = clock;
    this.phaseBegan = phaseBegan;
    Instant now = now();
    this.lastCut = now;
    this.stream = new RememberingStream(out);
    this.writer = header(stream.printer, now);
    if (ticking) {
      this.ticker =
          Executors.newSingleThreadScheduledExecutor(
              task -> {
                Thread thread = new Thread(task, "latency-log");
                thread.setDaemon(true);
                return thread;
              });
      startTicking(ticker);
    } else {
      this.ticker = null;
    }
  }

  private static OutputStream create(Path file) {
    try {
      return Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create " + file, e);
    }
  }

  static HistogramLogWriter header(PrintStream printer, Instant start) {
    HistogramLogWriter writer = new HistogramLogWriter(printer);
    writer.outputComment("[Latencies in nanoseconds; Tag=<operation>/<time>/<outcome>]");
    writer.outputLogFormatVersion();
    writer.outputStartTime(start.toEpochMilli());
    writer.outputBaseTime(start.toEpochMilli());
    writer.setBaseTime(start.toEpochMilli());
    writer.outputLegend();
    return writer;
  }

  /** Records one latency; a negative one is an error of the caller. */
  public void record(String operation, TimePart time, Outcome outcome, long nanos) {
    if (nanos < 0) {
      throw new IllegalArgumentException(
          operation + " " + time + ": a latency of " + nanos + " ns is in the future");
    }
    long ticket = recording.writerCriticalSectionEnter();
    try {
      if (closed) {
        throw new IllegalStateException(file + " is closed: nothing can be recorded any more");
      }
      channel(operation, time, outcome).recorder.recordValue(Math.min(nanos, HIGHEST_NANOS));
    } finally {
      recording.writerCriticalSectionExit(ticket);
    }
  }

  @SuppressWarnings("EnumOrdinal") // slots live only as long as this log
  private Channel channel(String operation, TimePart time, Outcome outcome) {
    AtomicReferenceArray<@Nullable Channel> slots = channels.get(operation);
    if (slots == null) {
      slots = channels.computeIfAbsent(operation, name -> new AtomicReferenceArray<>(SLOTS));
    }
    int slot = time.ordinal() * OUTCOMES + outcome.ordinal();
    Channel channel = slots.get(slot);
    if (channel == null) {
      Channel fresh = new Channel(new Series(operation, time, outcome));
      channel = slots.compareAndSet(slot, null, fresh) ? fresh : slots.get(slot);
    }
    return Objects.requireNonNull(channel);
  }

  /**
   * Begins a phase now, which is told to whom the log was opened for; the interval that is open is
   * cut here.
   */
  public void phase(Phase next) {
    Instant now;
    synchronized (writing) {
      now = cut();
    }
    phaseBegan.accept(now, next);
  }

  /** Time stamps of the log are milliseconds. */
  private Instant now() {
    return Instant.ofEpochMilli(clock.millis());
  }

  /** The clock never steps, so that a fixed rate stays at whole seconds. */
  private void startTicking(ScheduledExecutorService on) {
    long untilWholeSecond = 1000 - Math.floorMod(clock.millis(), 1000L);
    ScheduledFuture<?> unused =
        on.scheduleAtFixedRate(this::tick, untilWholeSecond, 1000, TimeUnit.MILLISECONDS);
  }

  /** Ends the interval that is open, for all series at the same instant. */
  void tick() {
    synchronized (writing) {
      cut();
    }
  }

  private Instant cut() {
    Instant now = now();
    Instant from = lastCut;
    if (now.isBefore(from)) {
      now = from;
    }
    for (var slots : channels.values()) {
      for (int slot = 0; slot < SLOTS; slot++) {
        Channel channel = slots.get(slot);
        if (channel != null) {
          write(channel, from, now);
        }
      }
    }
    stream.printer.flush();
    lastCut = now;
    return now;
  }

  private void write(Channel channel, Instant from, Instant to) {
    Histogram interval = channel.recorder.getIntervalHistogram(channel.interval);
    channel.interval = interval;
    if (interval.getTotalCount() == 0) {
      return;
    }
    // A histogram that comes round again has lost its tag and has times of its own.
    interval.setTag(channel.series.tag());
    interval.setStartTimeStamp(from.toEpochMilli());
    interval.setEndTimeStamp(to.toEpochMilli());
    writer.outputIntervalHistogram(interval);
  }

  /** The file that is written. */
  public Path file() {
    return file;
  }

  /** Throws what went wrong in writing, which the thread that writes could tell nobody. */
  private void check() {
    IOException failure = stream.failure;
    if (failure != null) {
      throw new BenchException(
          BenchException.Kind.MACHINE,
          "latencies could not be written to " + file + ": " + failure.getMessage(),
          failure);
    }
  }

  /** Writes the interval that is open, and closes the file; a second call does nothing. */
  @Override
  public void close() {
    recording.readerLock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      recording.flipPhase();
    } finally {
      recording.readerUnlock();
    }
    if (ticker != null) {
      ticker.shutdownNow();
    }
    synchronized (writing) {
      cut();
      writer.close();
    }
    check();
  }

  /** {@link PrintStream} forgets what went wrong; this one tells it. */
  private static final class RememberingStream extends FilterOutputStream {
    final PrintStream printer = new PrintStream(this, false, StandardCharsets.UTF_8);
    volatile @Nullable IOException failure;

    RememberingStream(OutputStream to) {
      super(new BufferedOutputStream(to, 1 << 16));
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      remember(() -> out.write(bytes, from, length));
    }

    @Override
    public void write(int b) throws IOException {
      remember(() -> out.write(b));
    }

    @Override
    public void flush() throws IOException {
      remember(out::flush);
    }

    private interface Step {
      void run() throws IOException;
    }

    private void remember(Step step) throws IOException {
      try {
        step.run();
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        }
        throw e;
      }
    }
  }
}
