package dev.citusbench.sql;

import java.util.Optional;

/** The tables that a load fills, in the order in which it does. */
public enum Table {
  TENANTS(
      0,
      "tenants",
      "tenant_id + balance_cents",
      "",
      "tenant_id",
      "name",
      "country",
      "plan",
      "balance_cents",
      "fee_cents",
      "created_at"),
  PRODUCTS(1, "products", "price_cents", "", "product_id", "name", "category", "price_cents"),
  ORDERS(
      2,
      "orders",
      "total_cents",
      "order_id",
      "tenant_id",
      "order_id",
      "customer_id",
      "status",
      "ordered_at",
      "total_cents"),
  ORDER_LINES(
      3,
      "order_lines",
      "quantity * price_cents::bigint",
      "order_id",
      "tenant_id",
      "order_id",
      "line_no",
      "product_id",
      "quantity",
      "price_cents"),
  EVENTS(
      4,
      "events",
      "event_id",
      "event_id",
      "tenant_id",
      "event_id",
      "kind",
      "occurred_at",
      "payload");

  private final int stream;
  private final String label;
  private final String summed;
  private final String writtenKey;
  private final String columns;
  private final int columnCount;

  Table(int stream, String label, String summed, String writtenKey, String... columns) {
    this.stream = stream;
    this.label = label;
    this.summed = summed;
    this.writtenKey = writtenKey;
    this.columns = String.join(", ", columns);
    this.columnCount = columns.length;
  }

  /** The name used in files, options and output. */
  public String label() {
    return label;
  }

  /** Which stream of random numbers its rows are drawn from; changing it changes the data. */
  int stream() {
    return stream;
  }

  /** Whether rows lie in shards by tenant; otherwise every row is wherever it is needed. */
  boolean distributed() {
    return this != PRODUCTS;
  }

  /** Names of all columns in their order, by {@code ", "}. */
  String columns() {
    return columns;
  }

  int columnCount() {
    return columnCount;
  }

  /** Fills, in binary format, {@code name}, which is this table or one shard of it. */
  String copySql(String name) {
    return "copy %s (%s) from stdin (format binary)".formatted(name, columns);
  }

  /** Deletes the rows that operations wrote; empty where none writes to it. */
  Optional<String> deleteWrittenSql() {
    return writtenKey.isEmpty()
        ? Optional.empty()
        : Optional.of("delete from %s where %s >= %d".formatted(label, writtenKey, Keys.FIRST));
  }

  /** Counts and sums the loaded rows of {@code name}, not those that operations wrote. */
  String checkSql(String name) {
    return "select count(*), coalesce(sum(%s), 0) from %s%s"
        .formatted(
            summed, name, writtenKey.isEmpty() ? "" : " where " + writtenKey + " < " + Keys.FIRST);
  }
}
