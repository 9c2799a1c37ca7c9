package dev.citusbench.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.citusbench.results.BenchException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DatasetTest {
  private final Dataset data = Dataset.of(new DatasetSpec(0.01, 42));

  private static String row(Dataset data, Table table, long index) {
    CopyText text = new CopyText(16);
    data.write(table, index, text);
    return new String(text.bytes(), 0, text.length(), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY, 1e9, 1e-9})
  void impossibleScaleIsRefused(double scale) {
    assertThatThrownBy(() -> new DatasetSpec(scale, 1))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("scale " + scale + " is not possible");
  }

  @Test
  void scaleOneIsAsStated() {
    Dataset one = Dataset.of(new DatasetSpec(1, 1));
    assertThat(Arrays.stream(Table.values()).map(one::rows))
        .containsExactly(1_000L, 10_000L, 500_000L, 1_500_000L, 500_000L);
  }

  @ParameterizedTest
  @EnumSource(Table.class)
  void rowIsTheSameWhateverOrderAndParallelism(Table table) {
    List<String> inOrder =
        LongStream.range(0, data.rows(table)).mapToObj(i -> row(data, table, i)).toList();
    Map<Long, String> parallel = new java.util.concurrent.ConcurrentHashMap<>();
    LongStream.range(0, data.rows(table))
        .parallel()
        .forEach(i -> parallel.put(i, row(data, table, i)));
    for (int i = inOrder.size() - 1; i >= 0; i--) {
      assertThat(parallel).containsEntry((long) i, inOrder.get(i));
    }
    assertThat(inOrder).doesNotHaveDuplicates();
  }

  @Test
  void firstRowsOfThisSeedNeverChange() {
    assertThat(row(data, Table.ORDER_LINES, 0)).isEqualTo(FIRST_LINE);
    assertThat(row(data, Table.ORDERS, 0)).isEqualTo(FIRST_ORDER);
  }

  private static final String FIRST_LINE = "1\t1\t1\t27\t1\t12518\n";
  private static final String FIRST_ORDER = "1\t1\t97\tshipped\t2024-01-01 00:00:00+00\t107048\n";

  @Test
  void seedChangesTheRows() {
    Dataset other = Dataset.of(new DatasetSpec(0.01, 43));
    assertThat(row(other, Table.ORDER_LINES, 0)).isNotEqualTo(row(data, Table.ORDER_LINES, 0));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.0017})
  void everyOrderHasItsLinesAndTheirSum(double scale) {
    Dataset some = Dataset.of(new DatasetSpec(scale, 5));
    Map<String, Long> sums = new HashMap<>();
    Map<String, Integer> counts = new HashMap<>();
    for (long i = 0; i < some.rows(Table.ORDER_LINES); i++) {
      String[] line = row(some, Table.ORDER_LINES, i).strip().split("\t", -1);
      String order = line[0] + "/" + line[1];
      assertThat(counts.merge(order, 1, Integer::sum)).isEqualTo(Integer.parseInt(line[2]));
      sums.merge(order, Long.parseLong(line[4]) * Long.parseLong(line[5]), Long::sum);
    }
    for (long i = 0; i < some.rows(Table.ORDERS); i++) {
      String[] order = row(some, Table.ORDERS, i).strip().split("\t", -1);
      assertThat(sums).containsEntry(order[0] + "/" + order[1], Long.parseLong(order[5]));
    }
    assertThat(sums).hasSize((int) some.rows(Table.ORDERS));
    assertThat(counts.values()).allMatch(count -> count >= 1 && count <= 5);
  }

  @Test
  void sharesFollowZipfAndAddUpExactly() {
    Shares shares = Shares.zipf(1_000, 500_000, 0.8);
    long sum = 0;
    for (int owner = 0; owner < 1_000; owner++) {
      sum += shares.count(owner);
      assertThat(shares.ownerOf(shares.firstItem(owner))).isEqualTo(owner);
      assertThat(shares.ownerOf(shares.firstItem(owner + 1) - 1)).isEqualTo(owner);
      double asked = shares.count(0) * Math.pow(owner + 1.0, -0.8);
      assertThat((double) shares.count(owner))
          .isCloseTo(asked, org.assertj.core.data.Offset.offset(2.0));
    }
    assertThat(sum).isEqualTo(500_000);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 500, 5_000, 4_999})
  void shuffleIsAPermutationAndKnowsItsInverse(long size) {
    Shuffle shuffle = new Shuffle(size, 9);
    assertThat(LongStream.range(0, size).map(shuffle::at).distinct().count()).isEqualTo(size);
    for (long position = 0; position < size; position++) {
      assertThat(shuffle.at(position)).isBetween(0L, size - 1);
      assertThat(shuffle.positionOf(shuffle.at(position))).isEqualTo(position);
    }
  }

  @Test
  void numbersAreThoseOfSplittableRandom() {
    java.util.SplittableRandom reference = new java.util.SplittableRandom(12345);
    for (int position = 0; position < 100; position++) {
      assertThat(Mix.at(12345, position)).isEqualTo(reference.nextLong());
    }
  }

  @Test
  void tenantsAreDrawnByTheirOrders() {
    Dataset one = Dataset.of(new DatasetSpec(1, 1));
    int largest = 0;
    for (int i = 0; i < 100_000; i++) {
      largest += one.drawTenant(Mix.at(8, i)) == 1 ? 1 : 0;
    }
    assertThat(largest).isBetween(6_000, 7_000);
  }
}
