package dev.citusbench.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.citusbench.results.BenchException;
import dev.citusbench.results.Engine;
import dev.citusbench.results.PlanClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class OperationTest {
  private static final String HEADER = "-- purpose: a test\n-- kind: query\n-- plan: router\n";

  @TempDir Path folder;

  private Operation read(String text, Engine engine) throws IOException {
    return Operation.read(Files.writeString(folder.resolve("my-operation.sql"), text), engine);
  }

  @ParameterizedTest
  @EnumSource(Engine.class)
  void allShippedOperationsAreRead(Engine engine) {
    assertThat(Operations.read(Path.of(""), engine).all())
        .extracting(Operation::name)
        .containsExactly(
            "adjust-all-prices",
            "copy-events",
            "cross-tenant-transfer",
            "floor",
            "insert-event",
            "insert-events-batch",
            "insert-select-pull",
            "insert-select-pushdown",
            "lookup-order",
            "order-with-products",
            "orders-by-status",
            "place-order",
            "repartition-join",
            "revenue-by-day",
            "tenant-dashboard",
            "top-tenants");
  }

  @Test
  void planClassIsThatOfTheEngine() throws IOException {
    String text = HEADER.replace("router", "fast-path") + "select 1;";
    assertThat(read(text, Engine.CITUS).planClass()).isEqualTo(PlanClass.FAST_PATH);
    assertThat(read(text, Engine.FDW).planClass()).isEqualTo(PlanClass.ROUTER);
    assertThat(read(text, Engine.SINGLE).planClass()).isEqualTo(PlanClass.LOCAL);
    assertThat(read("-- plan fdw: multi-shard\n" + text, Engine.FDW).planClass())
        .isEqualTo(PlanClass.MULTI_SHARD);
  }

  @Test
  void batchesAndChunksTakeOtherRowsAndNothingElseDoes() {
    Operations operations = Operations.read(Path.of(""), Engine.CITUS);
    assertThat(operations.find("insert-events-batch").withRows(7).rows()).isEqualTo(7);
    assertThatThrownBy(() -> operations.find("copy-events").withRows(0))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("operation 'copy-events' with 0 rows: 1 to 1000000 are possible");
    assertThatThrownBy(() -> operations.find("insert-event").withRows(7))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("neither batches nor chunks");
  }

  @Test
  void tenantsOfWorkersLieOnThemAndAreNeverShared() {
    Placement placed = new Placement(new int[] {2, 1, 1, 2});
    assertThat(placed.tenantsOfWorker(1)).containsExactly(2, 3);
    assertThat(placed.tenantsOfWorker(2)).containsExactly(1, 4);
    for (int group : new int[] {0, 1}) {
      Placement dealt = new Placement(new int[] {group, group, group});
      assertThat(dealt.tenantsOfWorker(1)).containsExactly(1, 3);
      assertThat(dealt.tenantsOfWorker(2)).containsExactly(2);
    }
    assertThatThrownBy(() -> new Placement(new int[] {1}).tenantsOfWorker(2))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("worker 2 holds none of the 1 tenants");
  }

  @ParameterizedTest
  @CsvSource({"2, 3", "0, 1", "1, 3"})
  void workersAreNumberedWithoutGapsAndGroupsAsTheyAre(int low, int high) {
    Placement placement = new Placement(new int[] {high, low, low, high});
    assertThat(placement.tenantsOfWorker(1)).containsExactly(2, 3);
    assertThat(placement.tenantsOfWorker(2)).containsExactly(1, 4);
    assertThat(placement.tenantsOfWorker(3)).containsExactly(2, 3);
    assertThat(placement.group(1)).isEqualTo(high);
    assertThat(placement.tenants(low)).containsExactly(2L, 3L);
  }

  @Test
  void writingIsSeen() throws IOException {
    assertThat(read(HEADER + "select 1;", Engine.CITUS).writes()).isFalse();
    assertThat(read(HEADER + "insert into a values (1);", Engine.CITUS).writes()).isTrue();
  }

  @Test
  void aPullToTheCoordinatorIsStatedOfCitus() throws IOException {
    String pull = HEADER.replace("router", "multi-shard, pull to coordinator") + "select 1;";
    assertThat(read(pull, Engine.CITUS).planClass()).isEqualTo(PlanClass.MULTI_SHARD);
    assertThat(read(pull, Engine.CITUS).pulls()).isTrue();
    assertThat(read(pull, Engine.FDW).pulls()).isFalse();
    assertThat(read(HEADER + "select 1;", Engine.CITUS).pulls()).isFalse();
  }

  @Test
  void unsupportedSaysWhy() throws IOException {
    Operation operation = read(HEADER + "-- unsupported fdw: it cannot\nselect 1;", Engine.FDW);
    assertThat(operation.unsupported()).contains("it cannot");
    assertThat(read(HEADER + "-- unsupported fdw: no\nselect 1;", Engine.CITUS).unsupported())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-- kind: query~-- plan: router~select 1; | :1: the header lacks a line '-- purpose",
        "-- purpose: a~-- plan: router~select 1; | :1: the header lacks a line '-- kind",
        "-- purpose: a~-- kind: query~select 1; | :1: the header lacks a line '-- plan",
        "-- purpose: a~-- kind: query~-- plan fdw: router~select 1; | :1: the header lacks a line '-- plan",
        "-- purpose: a~-- kind: qery | :2: kind 'qery': did you mean 'query'?",
        "-- purpose: a~-- plan: rooter | :2: plan class 'rooter': did you mean 'router'?",
        "-- plan: multi-shard, pull | :1: plan class 'multi-shard, pull'",
        "-- plan fdw: multi-shard, pull to coordinator | :1: plan class 'multi-shard, pull to coordinator'",
        "-- plan fdv: router | :1: engine 'fdv': did you mean 'fdw'?",
        "-- unsupported: never | :1: write '-- unsupported <engine>: <reason>'",
        "-- kind fdw: query | :1: 'kind' takes no engine",
        "-- plan: | :1: 'plan' says nothing",
        "-- purpuse: a | :1: header line 'purpuse': did you mean 'purpose'?",
        "-- rows: 0 | :1: rows '0' is not a number from 1",
        "-- param: a bigint = tenent | :1: generator 'tenent': did you mean 'tenant'?",
        "-- param: a bigin = tenant | :1: type 'bigin': did you mean 'bigint'?",
        "-- param: a bigint tenant | :1: 'a bigint tenant' is not a parameter",
        "-- param: a text = tenant | :1: generator 'tenant' makes bigint, not text",
        "-- param: a bigint = integer(1) | :1: generator 'integer' takes 2 arguments, not 1",
        "-- param: a bigint = worker_tenant(0) | :1: worker_tenant(0): workers are numbered from 1 to 1000",
        "-- param: a bigint = integer(2, 1) | :1: integer(2, 1) has no values",
        "-- param: a bigint = integer(2, b) | :1: 'b' is not a whole number",
        "-- param: a bigint = order(t) | :1: order(t) needs a parameter 't' before it",
        "-- param: a timestamptz = day(366) | :1: day(366) is not possible",
        "-- param: a bigint = tenant~-- param: a bigint = tenant | :2: parameter 'a' is declared twice",
      })
  void wrongHeaderIsSaidWithFileAndLine(String text, String message) {
    assertThatThrownBy(() -> read(text.replace('~', '\n'), Engine.CITUS))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining(
            "my-operation.sql" + message.substring(0, message.indexOf(':', 1) + 1))
        .hasMessageContaining(message.substring(message.indexOf(':', 1) + 2));
  }

  @Test
  void wrongBodyIsSaidWithFileAndLine() {
    assertThatThrownBy(() -> read(HEADER + "select :a;", Engine.CITUS))
        .hasMessageContaining("my-operation.sql:4: parameter 'a'");
    assertThatThrownBy(() -> read(HEADER, Engine.CITUS))
        .hasMessageContaining("there is no statement");
    assertThatThrownBy(() -> read(HEADER + "select 1;\nselect 2;", Engine.CITUS))
        .hasMessageContaining("my-operation.sql:5: a second statement");
    assertThatThrownBy(() -> read(HEADER + "-- rows: 5\nselect 1;", Engine.CITUS))
        .hasMessageContaining("my-operation.sql:4: 'rows' is for kinds batch and copy");
    assertThatThrownBy(
            () ->
                read(HEADER.replace("query", "batch") + "insert into a values (1);", Engine.CITUS))
        .hasMessageContaining("the header lacks a line '-- rows");
    assertThatThrownBy(() -> read(HEADER + "\\set a 1\nselect 1;", Engine.CITUS))
        .hasMessageContaining("my-operation.sql:4: \\set: an operation has no psql commands");
  }

  @Test
  void unknownOperationNamesTheNearest() {
    assertThatThrownBy(() -> Operations.read(Path.of(""), Engine.CITUS).find("lookup-oder"))
        .hasMessageContaining("unknown operation 'lookup-oder': did you mean 'lookup-order'?");
  }

  @Test
  void parametersAreAPureFunctionOfSeedAndIndex() {
    Operation operation = Operations.read(Path.of(""), Engine.CITUS).find("lookup-order");
    Dataset data = Dataset.of(new DatasetSpec(0.01, 3));
    long[] first = new long[2];
    long[] second = new long[2];
    long[] again = new long[2];
    int different = 0;
    for (long index = 0; index < 1_000; index++) {
      operation.draw(data, index, 0, first);
      operation.draw(data, index + 1, 0, second);
      operation.draw(data, index, 0, again);
      assertThat(again).isEqualTo(first);
      assertThat(first[0]).isBetween(1L, 10L);
      assertThat(data.tenantOfRow(Table.ORDERS, first[1] - 1)).isEqualTo(first[0]);
      different += first[1] == second[1] ? 0 : 1;
    }
    assertThat(different).isGreaterThan(990);
  }

  @Test
  void theTenantOfAnExecutionIsTheOneThatItDraws() {
    Operations operations = Operations.read(Path.of(""), Engine.CITUS);
    Dataset data = Dataset.of(new DatasetSpec(0.01, 3));
    for (String name : List.of("lookup-order", "insert-event", "place-order")) {
      Operation operation = operations.find(name);
      long[] values = new long[operation.parameters().size()];
      for (long index = 0; index < 100; index++) {
        operation.draw(data, index, 0, values);
        assertThat(operation.tenant(data, index)).hasValue(values[0]);
      }
    }
    assertThat(operations.find("top-tenants").tenant(data, 0)).isEmpty();
  }

  @Test
  void onceIsTheSameForAllRowsAndUniqueForNone() {
    Operation operation = Operations.read(Path.of(""), Engine.CITUS).find("insert-events-batch");
    Dataset data = Dataset.of(new DatasetSpec(0.01, 3));
    long[] values = new long[4];
    java.util.Set<Long> tenants = new java.util.HashSet<>();
    java.util.Set<Long> keys = new java.util.HashSet<>();
    for (int row = 0; row < operation.rows(); row++) {
      operation.draw(data, 5, row, values);
      tenants.add(values[0]);
      keys.add(values[1]);
    }
    assertThat(tenants).hasSize(1);
    assertThat(keys).hasSize(100).allMatch(key -> key >= Keys.FIRST);
  }

  @Test
  void thePlanGuardTriesLargeAndSmallTenants() {
    Dataset data = Dataset.of(new DatasetSpec(0.01, 3));
    Operations operations = Operations.read(Path.of(""), Engine.CITUS);
    Operation lookup = operations.find("lookup-order");
    java.util.Set<Long> tenants = new java.util.HashSet<>();
    long[] values = new long[2];
    for (long index : PlanGuard.indexes(lookup, data)) {
      lookup.draw(data, index, 0, values);
      tenants.add(values[0]);
    }
    assertThat(tenants).contains(1L, 10L).hasSizeGreaterThan(2);
    assertThat(PlanGuard.indexes(operations.find("floor"), data)).containsExactly(0L);
    assertThat(PlanGuard.indexes(operations.find("revenue-by-day"), data)).hasSizeGreaterThan(3);
  }

  @Test
  void aStatementIsPreparedWithTheTypesAndValuesThatTheDriverSends() throws IOException {
    Operation operation =
        read(
            "-- param: a bigint = tenant\n-- param: j jsonb = payload\n-- param: d timestamptz = day(7)\n"
                + HEADER
                + "select :a, :'d', :'j', :a;",
            Engine.CITUS);
    Statement statement = operation.statements().get(0);
    assertThat(statement.numberedSql()).isEqualTo("select $1, $2, $3, $4");
    Binder binder = new Binder(operation, statement);
    assertThat(binder.types()).isEqualTo("(bigint, timestamptz, unknown, bigint)");
    assertThat(binder.literals(new long[] {5, 7, 0}))
        .startsWith("(5, '1970-01-01T00:00:00Z', '{")
        .endsWith("}', 5)");
    assertThat(
            new Binder(
                    operation,
                    Operations.read(Path.of(""), Engine.CITUS).find("floor").statements().get(0))
                .types())
        .isEmpty();
  }
}
