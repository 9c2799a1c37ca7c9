package dev.citusbench.sql;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;

/**
 * Rows in COPY's text format: tab between columns, backslash escapes (PostgreSQL documentation,
 * COPY, "Text Format"). Grows as needed; not for use by several threads.
 */
final class CopyText implements RowSink {
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("yyyy-MM-dd ").withZone(ZoneOffset.UTC);
  private static final long SECONDS_PER_DAY = 86_400;

  private byte[] bytes;
  private int length;
  private boolean firstColumn = true;
  private long day = Long.MIN_VALUE;
  private byte[] dayText = {};

  CopyText(int capacity) {
    bytes = new byte[capacity];
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  void clear() {
    length = 0;
  }

  @Override
  public void begin(int columns) {
    firstColumn = true;
  }

  @Override
  public void int8(long value) {
    separate();
    if (value == Long.MIN_VALUE) {
      append(Long.toString(value).getBytes(StandardCharsets.US_ASCII));
      return;
    }
    ensure(20);
    if (value < 0) {
      bytes[length++] = '-';
      value = -value;
    }
    int digits = 1;
    for (long rest = value / 10; rest > 0; rest /= 10) {
      digits++;
    }
    for (int i = length + digits - 1; i >= length; i--) {
      bytes[i] = (byte) ('0' + value % 10);
      value /= 10;
    }
    length += digits;
  }

  @Override
  public void int4(int value) {
    int8(value);
  }

  @Override
  public void text(byte[] value) {
    separate();
    ensure(2 * value.length);
    for (byte b : value) {
      switch (b) {
        case '\\' -> escape('\\');
        case '\t' -> escape('t');
        case '\n' -> escape('n');
        case '\r' -> escape('r');
        default -> bytes[length++] = b;
      }
    }
  }

  @Override
  public void jsonb(byte[] value) {
    text(value);
  }

  @Override
  public void timestamptz(long epochSeconds) {
    separate();
    long ofDay = Math.floorDiv(epochSeconds, SECONDS_PER_DAY);
    if (ofDay != day) {
      day = ofDay;
      dayText =
          DAY.format(Instant.ofEpochSecond(ofDay * SECONDS_PER_DAY))
              .getBytes(StandardCharsets.US_ASCII);
    }
    append(dayText);
    ensure(11);
    int second = (int) Math.floorMod(epochSeconds, SECONDS_PER_DAY);
    twoDigits(second / 3600);
    bytes[length++] = ':';
    twoDigits(second / 60 % 60);
    bytes[length++] = ':';
    twoDigits(second % 60);
    bytes[length++] = '+';
    twoDigits(0);
  }

  @Override
  public void end() {
    ensure(1);
    bytes[length++] = '\n';
  }

  private void twoDigits(int value) {
    bytes[length++] = (byte) ('0' + value / 10);
    bytes[length++] = (byte) ('0' + value % 10);
  }

  private void escape(char c) {
    bytes[length++] = '\\';
    bytes[length++] = (byte) c;
  }

  private void separate() {
    if (!firstColumn) {
      ensure(1);
      bytes[length++] = '\t';
    }
    firstColumn = false;
  }

  private void append(byte[] value) {
    ensure(value.length);
    System.arraycopy(value, 0, bytes, length, value.length);
    length += value.length;
  }

  private void ensure(int more) {
    if (length + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
    }
  }
}
