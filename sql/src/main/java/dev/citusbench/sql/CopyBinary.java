package dev.citusbench.sql;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Rows in COPY's binary format (PostgreSQL documentation, COPY, "Binary Format"): spares client and
 * server the text of numbers and times. Grows as needed; not for use by several threads.
 */
final class CopyBinary implements RowSink {
  /** Begins a COPY: signature, no flags, no extension. */
  static final byte[] HEADER =
      ByteBuffer.allocate(19)
          .put("PGCOPY\n".getBytes(StandardCharsets.US_ASCII))
          .put((byte) 0xFF)
          .put("\r\n\0".getBytes(StandardCharsets.US_ASCII))
          .array();

  /** Ends a COPY. */
  static final byte[] TRAILER = {-1, -1};

  /** PostgreSQL counts from 2000-01-01T00:00:00Z. */
  private static final long POSTGRESQL_EPOCH_SECONDS = 946_684_800;

  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final byte JSONB_VERSION = 1;

  private byte[] bytes;
  private ByteBuffer buffer;

  CopyBinary(int capacity) {
    bytes = new byte[capacity];
    buffer = ByteBuffer.wrap(bytes);
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return buffer.position();
  }

  void clear() {
    buffer.clear();
  }

  @Override
  public void begin(int columns) {
    ensure(2);
    buffer.putShort((short) columns);
  }

  @Override
  public void int8(long value) {
    ensure(12);
    buffer.putInt(8).putLong(value);
  }

  @Override
  public void int4(int value) {
    ensure(8);
    buffer.putInt(4).putInt(value);
  }

  @Override
  public void text(byte[] value) {
    ensure(4 + value.length);
    buffer.putInt(value.length).put(value);
  }

  @Override
  public void jsonb(byte[] value) {
    ensure(5 + value.length);
    buffer.putInt(1 + value.length).put(JSONB_VERSION).put(value);
  }

  @Override
  public void timestamptz(long epochSeconds) {
    int8((epochSeconds - POSTGRESQL_EPOCH_SECONDS) * MICROS_PER_SECOND);
  }

  @Override
  public void end() {}

  private void ensure(int more) {
    if (buffer.remaining() < more) {
      int position = buffer.position();
      bytes = Arrays.copyOf(bytes, Math.max(position + more, 2 * bytes.length));
      buffer = ByteBuffer.wrap(bytes).position(position);
    }
  }
}
