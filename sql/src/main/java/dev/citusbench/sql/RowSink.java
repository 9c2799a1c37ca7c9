package dev.citusbench.sql;

/** Takes rows column by column, in the order of the table's columns. */
interface RowSink {
  void begin(int columns);

  void int8(long value);

  void int4(int value);

  /** Text of any content, UTF-8. */
  void text(byte[] value);

  /** A JSON document, UTF-8. */
  void jsonb(byte[] value);

  /**
   * A point in time.
   *
   * @param epochSeconds since 1970-01-01T00:00:00Z
   */
  void timestamptz(long epochSeconds);

  void end();
}
