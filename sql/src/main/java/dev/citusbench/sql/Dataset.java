package dev.citusbench.sql;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a multi-tenant shop. Every row is a pure function of (seed, table, index), so that
 * any row can be made again, in any order and by any number of threads.
 *
 * <p>Tenants' sizes follow Zipf's law with exponent {@value #ZIPF_EXPONENT}: at scale 1 the largest
 * of 1,000 tenants has 6 % of all orders. Orders and events are numbered in the order of time, over
 * the 365 days of 2024, with the tenants spread evenly over it. Orders come in blocks of five that
 * have 1 to 5 lines each, in some order, so that there are exactly three times as many lines as
 * orders.
 */
public final class Dataset {
  static final double ZIPF_EXPONENT = 0.8;
  static final long FIRST_SECOND = Instant.parse("2024-01-01T00:00:00Z").getEpochSecond();
  static final int DAYS = 365;

  private static final long SECONDS = DAYS * 86_400L;
  private static final int BLOCK = 5;
  private static final int LINES_PER_BLOCK = 15;
  private static final long BALANCE_CENTS = 1_000_000;

  private static final byte[][] COUNTRIES =
      words("DE", "US", "FR", "NL", "PL", "ES", "IT", "SE", "JP", "BR");
  private static final byte[][] PLANS = words("free", "team", "business", "enterprise");
  private static final byte[][] CATEGORIES =
      words("books", "garden", "kitchen", "music", "office", "outdoor", "sports", "toys");
  private static final byte[][] STATUSES =
      words("placed", "paid", "shipped", "delivered", "delivered", "delivered", "returned");
  private static final byte[][] KINDS =
      words("page-view", "search", "cart-add", "checkout", "support");

  private static final AtomicReference<@Nullable Dataset> LAST = new AtomicReference<>();

  private final DatasetSpec spec;
  private final Map<Table, Long> rows = new EnumMap<>(Table.class);
  private final Shares orderShares;
  private final Shares eventShares;
  private final Shuffle orderShuffle;
  private final Shuffle eventShuffle;
  private final @Nullable Placement placement;

  /** The dataset of a spec; the last one is kept, for callers that ask again and again. */
  public static Dataset of(DatasetSpec spec) {
    Dataset last = LAST.get();
    if (last == null || !last.spec.equals(spec)) {
      last = new Dataset(spec);
      LAST.set(last);
    }
    return last;
  }

  private Dataset(DatasetSpec spec) {
    this.spec = spec;
    placement = null;
    int tenants = (int) Math.max(1, Math.round(1_000 * spec.scale()));
    long orders = Math.round(500_000 * spec.scale());
    long events = Math.round(500_000 * spec.scale());
    rows.put(Table.TENANTS, (long) tenants);
    rows.put(Table.PRODUCTS, Math.max(1, Math.round(10_000 * spec.scale())));
    rows.put(Table.ORDERS, orders);
    rows.put(Table.ORDER_LINES, 3 * orders);
    rows.put(Table.EVENTS, events);
    orderShares = Shares.zipf(tenants, orders, ZIPF_EXPONENT);
    eventShares = Shares.zipf(tenants, events, ZIPF_EXPONENT);
    orderShuffle = new Shuffle(orders, tableSeed(Table.ORDERS));
    eventShuffle = new Shuffle(events, tableSeed(Table.EVENTS));
  }

  private Dataset(Dataset other, Placement placement) {
    this.spec = other.spec;
    this.placement = placement;
    rows.putAll(other.rows);
    orderShares = other.orderShares;
    eventShares = other.eventShares;
    orderShuffle = other.orderShuffle;
    eventShuffle = other.eventShuffle;
  }

  /** The same rows, and where they lie. */
  Dataset placed(Placement where) {
    return new Dataset(this, where);
  }

  boolean isPlaced() {
    return placement != null;
  }

  public DatasetSpec spec() {
    return spec;
  }

  public long rows(Table table) {
    return rows.getOrDefault(table, 0L);
  }

  /**
   * Writes one row.
   *
   * @param index from 0 to {@link #rows} - 1
   * @return the row's part of the sum that {@link Table#checkSql} asks for
   */
  long write(Table table, long index, RowSink sink) {
    return switch (table) {
      case TENANTS -> writeTenant(index, sink);
      case PRODUCTS -> writeProduct(index, sink);
      case ORDERS -> writeOrder(index, sink);
      case ORDER_LINES -> writeOrderLine(index, sink);
      case EVENTS -> writeEvent(index, sink);
    };
  }

  /** The tenant that a row belongs to; not for products. */
  long tenantOfRow(Table table, long index) {
    return switch (table) {
      case TENANTS -> index + 1;
      case ORDERS -> tenantOfOrder(index);
      case ORDER_LINES -> tenantOfOrder(orderOfLine(index));
      case EVENTS -> 1L + eventShares.ownerOf(eventShuffle.at(index));
      case PRODUCTS -> throw new IllegalArgumentException("products have no tenant");
    };
  }

  /** A tenant drawn with the weight of its orders. */
  long drawTenant(long random) {
    return 1L + orderShares.ownerOf(Mix.below(random, orderShares.items()));
  }

  /**
   * A tenant whose rows lie on a worker, all alike.
   *
   * @param worker from 1
   */
  long drawTenantOf(int worker, long random) {
    if (placement == null) {
      throw new IllegalStateException("where the tenants lie was not asked");
    }
    long[] tenants = placement.tenantsOfWorker(worker);
    return tenants[(int) Mix.below(random, tenants.length)];
  }

  /** One of a tenant's orders, all alike. */
  long drawOrder(long tenantId, long random) {
    int owner = (int) (tenantId - 1);
    long count = orderShares.count(owner);
    if (count == 0) {
      return 0;
    }
    return 1 + orderShuffle.positionOf(orderShares.firstItem(owner) + Mix.below(random, count));
  }

  long drawProduct(long random) {
    return 1 + Mix.below(random, rows(Table.PRODUCTS));
  }

  static byte[] drawKind(long random) {
    return word(KINDS, random);
  }

  /** A small JSON document. */
  static byte[] drawPayload(long random) {
    return ("{\"page\": \"/p/"
            + Mix.below(Mix.at(random, 0), 10_000)
            + "\", \"millis\": "
            + Mix.below(Mix.at(random, 1), 2_000)
            + ", \"agent\": \"a"
            + Mix.below(Mix.at(random, 2), 40)
            + "\"}")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private long writeTenant(long index, RowSink sink) {
    long random = random(Table.TENANTS, index);
    sink.begin(Table.TENANTS.columnCount());
    sink.int8(index + 1);
    sink.text(("Tenant " + (index + 1)).getBytes(StandardCharsets.US_ASCII));
    sink.text(word(COUNTRIES, Mix.at(random, 0)));
    sink.text(word(PLANS, Mix.at(random, 1)));
    sink.int8(BALANCE_CENTS);
    sink.int4(0);
    sink.timestamptz(FIRST_SECOND - Mix.below(Mix.at(random, 2), SECONDS));
    sink.end();
    return index + 1 + BALANCE_CENTS;
  }

  private long writeProduct(long index, RowSink sink) {
    int price = price(index + 1);
    sink.begin(Table.PRODUCTS.columnCount());
    sink.int8(index + 1);
    sink.text(("Product " + (index + 1)).getBytes(StandardCharsets.US_ASCII));
    sink.text(word(CATEGORIES, Mix.at(random(Table.PRODUCTS, index), 1)));
    sink.int4(price);
    sink.end();
    return price;
  }

  private long writeOrder(long index, RowSink sink) {
    long random = random(Table.ORDERS, index);
    int owner = orderShares.ownerOf(orderShuffle.at(index));
    long customers = 1 + orderShares.count(owner) / 10;
    long total = 0;
    for (int line = 1; line <= lines(index); line++) {
      long ofLine = lineRandom(index, line);
      total += (long) quantity(ofLine) * price(product(ofLine));
    }
    sink.begin(Table.ORDERS.columnCount());
    sink.int8(owner + 1L);
    sink.int8(index + 1);
    sink.int8(1 + Mix.below(Mix.at(random, 0), customers));
    sink.text(word(STATUSES, Mix.at(random, 1)));
    sink.timestamptz(secondOf(index, rows(Table.ORDERS)));
    sink.int8(total);
    sink.end();
    return total;
  }

  private long writeOrderLine(long index, RowSink sink) {
    long order = orderOfLine(index);
    int line = lineOfOrder(index, order);
    long random = lineRandom(order, line);
    long product = product(random);
    int quantity = quantity(random);
    int price = price(product);
    sink.begin(Table.ORDER_LINES.columnCount());
    sink.int8(tenantOfOrder(order));
    sink.int8(order + 1);
    sink.int4(line);
    sink.int8(product);
    sink.int4(quantity);
    sink.int4(price);
    sink.end();
    return (long) quantity * price;
  }

  private long writeEvent(long index, RowSink sink) {
    long random = random(Table.EVENTS, index);
    sink.begin(Table.EVENTS.columnCount());
    sink.int8(tenantOfRow(Table.EVENTS, index));
    sink.int8(index + 1);
    sink.text(drawKind(Mix.at(random, 0)));
    sink.timestamptz(secondOf(index, rows(Table.EVENTS)));
    sink.jsonb(drawPayload(Mix.at(random, 1)));
    sink.end();
    return index + 1;
  }

  private long tenantOfOrder(long order) {
    return 1L + orderShares.ownerOf(orderShuffle.at(order));
  }

  /** Lines of the order at this index: five consecutive orders have 1 to 5, in some order. */
  private int lines(long order) {
    long block = order / BLOCK;
    if ((block + 1) * BLOCK > rows(Table.ORDERS)) {
      return LINES_PER_BLOCK / BLOCK;
    }
    return linesInBlock(block, (int) (order % BLOCK));
  }

  private int linesInBlock(long block, int place) {
    long random = random(Table.ORDER_LINES, block);
    int step = 1 + (int) Mix.below(random, BLOCK - 1);
    int shift = (int) Math.floorMod(random, (long) BLOCK);
    return 1 + (place * step + shift) % BLOCK;
  }

  private long orderOfLine(long line) {
    long block = line / LINES_PER_BLOCK;
    int rest = (int) (line % LINES_PER_BLOCK);
    for (int place = 0; ; place++) {
      int lines = lines(block * BLOCK + place);
      if (rest < lines) {
        return block * BLOCK + place;
      }
      rest -= lines;
    }
  }

  private int lineOfOrder(long line, long order) {
    long before = order / BLOCK * LINES_PER_BLOCK;
    for (long earlier = order / BLOCK * BLOCK; earlier < order; earlier++) {
      before += lines(earlier);
    }
    return (int) (line - before) + 1;
  }

  private long lineRandom(long order, int line) {
    return Mix.at(random(Table.ORDERS, order), line + 7L);
  }

  private long product(long lineRandom) {
    return 1 + Mix.below(Mix.at(lineRandom, 0), rows(Table.PRODUCTS));
  }

  private static int quantity(long lineRandom) {
    return (int) Mix.between(Mix.at(lineRandom, 1), 1, 5);
  }

  private int price(long product) {
    return (int) Mix.between(Mix.at(random(Table.PRODUCTS, product - 1), 0), 100, 20_000);
  }

  private static long secondOf(long index, long of) {
    return FIRST_SECOND + (long) ((double) index / of * SECONDS);
  }

  private long random(Table table, long index) {
    return Mix.at(tableSeed(table), index);
  }

  private long tableSeed(Table table) {
    return Mix.at(spec.seed(), table.stream());
  }

  private static byte[] word(byte[][] words, long random) {
    return words[(int) Mix.below(random, words.length)];
  }

  private static byte[][] words(String... words) {
    byte[][] bytes = new byte[words.length][];
    for (int i = 0; i < words.length; i++) {
      bytes[i] = words[i].getBytes(StandardCharsets.UTF_8);
    }
    return bytes;
  }
}
