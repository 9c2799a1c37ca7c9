package dev.citusbench.results;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * {@code events.jsonl}: what happened, one JSON object a line. Several threads and processes may
 * append to one file; each line is written whole. Lines are in the order of writing, which is not
 * quite the order of time; {@link #read} sorts.
 */
public final class EventLog implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;

  private EventLog(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** Opens a file for appending, and makes it where there is none. */
  public static EventLog open(Path file) {
    try {
      return new EventLog(
          file,
          FileChannel.open(
              file,
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE,
              StandardOpenOption.APPEND));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open " + file, e);
    }
  }

  /**
   * Appends one event.
   *
   * @param fields texts, numbers, booleans, instants, enums, or lists and maps of them; null values
   *     are left out
   */
  public void append(Instant at, String event, Map<String, ?> fields) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("at", at);
    line.put("event", event);
    fields.forEach(
        (name, value) -> {
          if (name.equals("at") || name.equals("event")) {
            throw new IllegalArgumentException("'" + name + "' is not free as a field of an event");
          }
          if (value != null) {
            line.put(name, value);
          }
        });
    byte[] bytes = (Json.line(line) + "\n").getBytes(StandardCharsets.UTF_8);
    write(ByteBuffer.wrap(bytes));
  }

  /** One write call a line: the kernel appends it in one piece. */
  private synchronized void write(ByteBuffer bytes) {
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot append to " + file, e);
    }
  }

  /**
   * All events of a file in time order; none where there is no file. An unfinished last line, left
   * by a writer that was killed, is left out.
   */
  public static List<Event> read(Path file) {
    if (!Files.exists(file)) {
      return List.of();
    }
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw BenchException.usage("cannot read " + file + ": " + e);
    }
    List<Event> events = new ArrayList<>();
    int number = 0;
    int from = 0;
    for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      number++;
      String line = text.substring(from, end);
      from = end + 1;
      if (!line.isBlank()) {
        events.add(parse(file, number, line));
      }
    }
    events.sort(Comparator.comparing(Event::at));
    return events;
  }

  private static Event parse(Path file, int number, String line) {
    try {
      Map<String, Object> fields = new LinkedHashMap<>(Json.object(line));
      @Nullable Object at = fields.remove("at");
      @Nullable Object event = fields.remove("event");
      if (at instanceof String time && event instanceof String name) {
        return new Event(Instant.parse(time), name, fields);
      }
      throw BenchException.usage(
          file + ", line " + number + ": an event needs 'at' and 'event' as texts");
    } catch (JacksonException e) {
      throw BenchException.usage(
          file + ", line " + number + " is not JSON: " + e.getOriginalMessage());
    } catch (java.time.format.DateTimeParseException e) {
      throw BenchException.usage(
          file + ", line " + number + ", field at: not a time such as 2026-01-31T12:00:00Z");
    }
  }

  @Override
  public synchronized void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close " + file, e);
    }
  }
}
