package dev.citusbench.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class OperationNameTest {
  private static final List<String> OPERATIONS =
      List.of(
          "floor",
          "lookup-order",
          "tenant-dashboard",
          "order-with-products",
          "place-order",
          "revenue-by-day",
          "top-tenants",
          "orders-by-status",
          "insert-event",
          "insert-events-batch",
          "copy-events",
          "repartition-join",
          "cross-tenant-transfer",
          "adjust-all-prices",
          "insert-select-pushdown",
          "insert-select-pull",
          "fan-out",
          "connect",
          "pool-borrow");

  @Test
  void everyOperationHasABenchmarkOfItsName() {
    assertThat(Benchmarks.operations()).containsExactlyInAnyOrderElementsOf(OPERATIONS);
  }

  @Test
  void thePatternOfAnOperationFindsItsBenchmarkAndNoOther() {
    for (String operation : OPERATIONS) {
      Pattern pattern = Pattern.compile(OperationName.pattern(operation));
      assertThat(Benchmarks.names())
          .filteredOn(name -> pattern.matcher(name).find())
          .singleElement()
          .satisfies(name -> assertThat(OperationName.of(name)).isEqualTo(operation));
    }
  }
}
