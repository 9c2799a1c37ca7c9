package dev.citusbench.cluster;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the members of a group wrote to their logs from a moment on, with the time that they say it
 * was: they are on this machine, so it is this machine's clock, in milliseconds. Where a log is
 * absent, was rotated away or words things otherwise, nothing is found, and nothing fails.
 */
public final class MemberLogs {
  private static final int MOST_BYTES = 16 << 20;

  private static final Pattern TIME =
      Pattern.compile(
          "^(\\d{4}-\\d\\d-\\d\\d) (\\d\\d:\\d\\d:\\d\\d)[.,](\\d{3})(?: ([A-Z]+))?\\b");

  /** Patroni 2 to 4. */
  private static final Pattern NOTICED =
      Pattern.compile(
          "postgres(?:ql)? is not running|(?:primary|master|leader) crashed"
              + "|starting (?:primary|master) after failure"
              + "|demot(?:e|ed|ing) (?:self|myself|primary|master)"
              + "|received (?:switchover|failover|restart) request|restart initiated"
              + "|failed to update leader lock|dcs is not accessible"
              + "|error communicating with (?:dcs|postgresql)"
              + "|failed to get list of machines|request to server .* failed",
          Pattern.CASE_INSENSITIVE);

  /** What the companions of the others write of a leader that is gone. */
  private static final String REFUSES = "hasten-failover: %s refuses connections";

  /** What a postmaster writes when writes are possible; not so of read-only connections. */
  private static final Pattern TAKES_WRITES =
      Pattern.compile("database system is ready to accept connections");

  /** What a primary writes when a standby that it has to wait for follows it closely. */
  private static final Pattern SYNCHRONOUS =
      Pattern.compile("standby .* is now a (?:candidate for quorum )?synchronous standby");

  private final Map<String, Mark> patroni = new HashMap<>();
  private final Map<String, Mark> postgres = new HashMap<>();

  /** A log, and how long it was. */
  private record Mark(Path file, long length) {}

  /** The logs of some members as they are now: only what comes after is read. */
  MemberLogs(List<Member> members) {
    for (Member member : members) {
      patroni.put(member.name(), mark(member.patroniLog()));
      postgres.put(member.name(), mark(member.postgresLog()));
    }
  }

  private static Mark mark(String log) {
    Path file = Path.of(log);
    try {
      return new Mark(file, Files.size(file));
    } catch (IOException absent) {
      return new Mark(file, 0);
    }
  }

  /**
   * When a primary's Patroni first said, at or after an instant, that something is wrong, or that
   * it gives its role up; or when another member's companion said that the primary is gone. Of a
   * node that is silent, or parted from nobody that matters, nothing is said.
   */
  public Optional<Instant> noticed(String member, Instant from) {
    Pattern refuses = Pattern.compile(Pattern.quote(REFUSES.formatted(member)));
    return Stream.concat(
            first(patroni.get(member), NOTICED, from).stream(),
            postgres.values().stream().flatMap(log -> first(log, refuses, from).stream()))
        .min(Comparator.naturalOrder());
  }

  /** When a member's PostgreSQL first said, at or after an instant, that it takes writes. */
  public Optional<Instant> takesWrites(String member, Instant from) {
    return first(postgres.get(member), TAKES_WRITES, from);
  }

  /**
   * When a member's PostgreSQL first said, at or after an instant, that a standby is synchronous:
   * until then its commits wait, if they have to wait for one.
   */
  public Optional<Instant> synchronous(String member, Instant from) {
    return first(postgres.get(member), SYNCHRONOUS, from);
  }

  private static Optional<Instant> first(@Nullable Mark mark, Pattern wanted, Instant from) {
    return mark == null
        ? Optional.empty()
        : newLines(mark)
            .lines()
            .filter(line -> wanted.matcher(line).find())
            .flatMap(line -> at(line, ZoneId.systemDefault()).stream())
            .filter(at -> !at.isBefore(from.truncatedTo(ChronoUnit.MILLIS)))
            .findFirst();
  }

  /** A file that is shorter than it was is another one: it is read from its begin. */
  private static String newLines(Mark mark) {
    try (RandomAccessFile file = new RandomAccessFile(mark.file().toFile(), "r")) {
      long begin = file.length() < mark.length() ? 0 : mark.length();
      byte[] bytes = new byte[(int) Math.min(MOST_BYTES, file.length() - begin)];
      file.seek(begin);
      file.readFully(bytes);
      return new String(bytes, StandardCharsets.ISO_8859_1);
    } catch (IOException absent) {
      return "";
    }
  }

  /**
   * The time at the begin of a line. Patroni and PostgreSQL write it in the machine's zone, whose
   * short name, which PostgreSQL adds, is not unique; only UTC is taken at its word.
   */
  static Optional<Instant> at(String line, ZoneId zone) {
    Matcher time = TIME.matcher(line);
    if (!time.find()) {
      return Optional.empty();
    }
    String name = time.group(4);
    boolean utc = "UTC".equals(name) || "GMT".equals(name);
    try {
      return Optional.of(
          LocalDateTime.parse(time.group(1) + "T" + time.group(2) + "." + time.group(3))
              .atZone(utc ? ZoneOffset.UTC : zone)
              .toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
