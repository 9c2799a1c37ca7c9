package dev.citusbench.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.citusbench.results.BenchException;
import dev.citusbench.results.Engine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** What must hold on every engine; in order, because loading costs most of the time. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class WorkloadChecks {
  static final Path SQL = Path.of("").toAbsolutePath();
  static final DatasetSpec SPEC = new DatasetSpec(0.01, 7);
  private static final int SHARDS = 8;

  private final Engine engine;
  private PostgresServers servers;

  WorkloadChecks(Engine engine) {
    this.engine = engine;
  }

  @BeforeAll
  void start() throws Exception {
    servers = PostgresServers.start(engine);
  }

  @AfterAll
  void stop() {
    if (servers != null) {
      servers.close();
    }
  }

  private Loader loader() {
    return new Loader(SQL, servers.target(), SPEC, SHARDS, 2);
  }

  private void execute(int group, String sql) throws SQLException {
    try (Connection connection = servers.target().connectForLoad(group);
        java.sql.Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private long number(int group, String sql) throws SQLException {
    try (Connection connection = servers.target().connectForLoad(group);
        java.sql.Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      assertThat(result.next()).isTrue();
      return result.getLong(1);
    }
  }

  @Test
  @Order(1)
  void filesRunByHandWithPsql() throws Exception {
    Path folder = SQL.resolve(engine.label());
    String shards = "shard_count=" + SHARDS;
    if (engine == Engine.FDW) {
      Target target = servers.target();
      for (int worker = 1; worker <= 2; worker++) {
        servers.psql(
            worker, folder.resolve("create_shards.sql"), "worker=" + worker, "workers=2", shards);
      }
      servers.psql(
          0,
          folder.resolve("create_tables.sql"),
          "workers=" + target.workers().get(0) + "," + target.workers().get(1),
          shards);
    } else {
      servers.psql(0, folder.resolve("create_tables.sql"), shards);
    }
    servers.psql(0, folder.resolve("insert_test_data.sql"));
    assertThat(number(0, "select count(*) from orders")).isEqualTo(5_000);
    assertThat(servers.psql(0, folder.resolve("queries.sql"))).contains("QUERY PLAN");
    assertThat(
            servers.psql(
                0, SQL.resolve("operations/lookup-order.sql"), "tenant_id=7", "order_id=107"))
        .contains("(1 row)");
  }

  @Test
  @Order(2)
  void tablesThatNoLoadMadeAreLeftAlone() throws Exception {
    assertThatThrownBy(() -> loader().load((step, done, of) -> {}))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("left alone")
        .hasMessageContaining("orders")
        .hasMessageContaining("products")
        .hasMessageContaining("tenants")
        .hasMessageNotContaining("drop_tables.sql");
    assertThatThrownBy(() -> loader().refuseForeignTables()).hasMessageContaining("left alone");
    assertThat(loader().loaded()).isEmpty();
    servers.psql(0, SQL.resolve(engine.label()).resolve("drop_tables.sql"));
  }

  @Test
  @Order(3)
  void loadHoldsWhatTheGeneratorMade() throws Exception {
    LoadResult result = loader().load((step, done, of) -> {});
    assertThat(result.rows())
        .containsEntry("tenants", 10L)
        .containsEntry("products", 100L)
        .containsEntry("orders", 5_000L)
        .containsEntry("order_lines", 15_000L)
        .containsEntry("events", 5_000L);
    assertThat(number(0, "select count(*) from order_lines")).isEqualTo(15_000);
    assertThat(
            number(
                0,
                "select count(*) from (select o.total_cents from orders o join order_lines l"
                    + " using (tenant_id, order_id) group by o.tenant_id, o.order_id, o.total_cents"
                    + " having o.total_cents <> sum(l.quantity * l.price_cents::bigint)) wrong"))
        .isZero();
    assertThat(loader().loaded()).get().matches(Loaded::fits);
    loader().verify();
  }

  @Test
  @Order(4)
  void anotherSpecDoesNotFit() {
    Optional<Loaded> loaded =
        new Loader(SQL, servers.target(), new DatasetSpec(0.02, 7), SHARDS).loaded();
    assertThat(loaded.flatMap(Loaded::misfit)).contains("it has scale 0.01 and seed 7");
  }

  @Test
  @Order(5)
  void plansAreThoseThatTheFilesState() throws Exception {
    Operations operations = Operations.read(SQL, engine);
    try (Connection connection = servers.target().connect()) {
      assertThat(new PlanGuard(engine).check(connection, operations, SPEC))
          .hasSameSizeAs(operations.supported())
          .allSatisfy(seen -> assertThat(seen.problem()).isEmpty());
      assertThat(connection.getAutoCommit()).isTrue();
      assertThat(number(0, "select count(*) from events")).isEqualTo(5_000);
    }
  }

  @Test
  @Order(6)
  void operationsRunAndDoNotCollide() throws Exception {
    long eventsBefore = number(0, "select count(*) from events");
    try (Connection connection = servers.target().connect()) {
      for (Operation operation : Operations.read(SQL, engine).supported()) {
        for (int again = 0; again < 2; again++) {
          try (Execution execution = operation.open(connection, SPEC)) {
            for (long index = 0; index < 7; index++) {
              long rows = execution.execute(index);
              if (!operation.name().equals("tenant-dashboard")) {
                assertThat(rows).as(operation.name()).isPositive();
              }
            }
          }
        }
      }
    }
    long written = 14 * (1_000 + 100 + 1 + 1);
    assertThat(number(0, "select count(*) from events") - eventsBefore).isEqualTo(written);
    loader().verify();
  }

  @Test
  @Order(6)
  void transferCommitsInTwoPhases() throws Exception {
    if (engine != Engine.CITUS) {
      return;
    }
    Operations operations = Operations.read(SQL, engine);
    try (Connection connection = servers.target().connect()) {
      try (Execution transfer = operations.find("cross-tenant-transfer").open(connection, SPEC)) {
        assertThat(transfer.execute(1)).isEqualTo(2);
      }
      int pid = connection.unwrap(org.postgresql.PGConnection.class).getBackendPID();
      assertThat(
              number(
                  0,
                  "select count(distinct groupid) from pg_dist_transaction where gid like 'citus\\_0\\_"
                      + pid
                      + "\\_%'"))
          .isEqualTo(2);
    }
  }

  @Test
  @Order(6)
  void aRollupThatGoesAnotherWayThanItsFileStatesIsFound(@TempDir Path folder) throws Exception {
    if (engine != Engine.CITUS) {
      return;
    }
    Path operations = Files.createDirectory(folder.resolve("operations"));
    String pull = Files.readString(SQL.resolve("operations/insert-select-pull.sql"));
    String pushdown = Files.readString(SQL.resolve("operations/insert-select-pushdown.sql"));
    Files.writeString(
        operations.resolve("insert-select-pull.sql"), pull.replace(", pull to coordinator", ""));
    Files.writeString(
        operations.resolve("insert-select-pushdown.sql"),
        pushdown.replace("plan: multi-shard", "plan: multi-shard, pull to coordinator"));
    try (Connection connection = servers.target().connect()) {
      assertThat(new PlanGuard(engine).check(connection, Operations.read(folder, engine), SPEC))
          .extracting(seen -> seen.problem().orElse(""))
          .containsExactly(
              "operation insert-select-pull pulls its rows to the coordinator, which its file does"
                  + " not state (with parameters of index 0)",
              "operation insert-select-pushdown does not pull its rows to the coordinator, which its"
                  + " file states (with parameters of index 0)");
    }
  }

  @Test
  @Order(7)
  void failedTransactionIsRolledBack(@TempDir Path folder) throws Exception {
    String sql = Files.readString(SQL.resolve("operations/place-order.sql"));
    assertThat(sql).contains("'order-placed'");
    Path failing = folder.resolve("place-order.sql");
    Files.writeString(failing, sql.replace("'order-placed'", "null")); // in the last statement
    Operation placeOrder = Operation.read(failing, engine);
    long before = number(0, "select count(*) from orders");
    try (Connection connection = servers.target().connect();
        Execution execution = placeOrder.open(connection, SPEC)) {
      for (int index = 0; index < 3; index++) {
        long at = index;
        assertThatThrownBy(() -> execution.execute(at))
            .isInstanceOfSatisfying(
                SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("23502"));
        assertThat(connection.getAutoCommit()).isTrue();
      }
    }
    assertThat(number(0, "select count(*) from orders")).isEqualTo(before);
  }

  @Test
  @Order(8)
  void everyTenantHasAGroup() throws Exception {
    try (Connection connection = servers.target().connect()) {
      Placement placement = Placement.read(connection, engine, SPEC);
      int of = 0;
      for (int group = 0; group <= 2; group++) {
        for (long tenant : placement.tenants(group)) {
          assertThat(placement.group(tenant)).isEqualTo(group);
          of++;
        }
      }
      assertThat(of).isEqualTo(10);
      assertThat(placement.tenants(0)).hasSize(engine == Engine.SINGLE ? 10 : 0);
    }
  }

  @Test
  @Order(9)
  void changedRowIsFound() throws Exception {
    execute(
        0, "update orders set total_cents = total_cents + 1 where tenant_id = 1 and order_id = 1");
    execute(
        0,
        "update orders set total_cents = total_cents + 1 where (tenant_id, order_id) ="
            + " (select tenant_id, order_id from orders where tenant_id = 2 order by 2 limit 1)"
            + " and tenant_id = 2");
    assertThatThrownBy(() -> loader().verify())
        .isInstanceOf(BenchException.class)
        .hasMessageContaining("table orders does not hold what was loaded");
  }

  @Test
  @Order(10)
  void interruptedLoadIsSeenAndStartedAnew() throws Exception {
    assertThatThrownBy(
            () ->
                loader()
                    .load(
                        (step, done, of) -> {
                          if (done > of / 2) {
                            throw new IllegalStateException("killed");
                          }
                        }))
        .hasRootCauseMessage("killed");
    assertThat(loader().loaded().flatMap(Loaded::misfit)).contains("the load was interrupted");
    loader().load((step, done, of) -> {});
    assertThat(loader().loaded()).get().matches(Loaded::fits);
    loader().verify();
  }

  @Test
  @Order(11)
  void preparedStatementsThatTheServerPlansForAllValuesAreAsStatedToo() throws Exception {
    Operations operations = Operations.read(SQL, engine);
    try (Connection connection = servers.target().connect()) {
      execute(connection, "set plan_cache_mode = force_custom_plan");
      List<PlanSeen> custom = new PlanGuard(engine).check(connection, operations, SPEC);
      execute(connection, "reset plan_cache_mode");
      assertThat(new PlanGuard(engine).check(connection, operations, SPEC)).isEqualTo(custom);
    }
  }

  @Test
  @Order(12)
  void executionsAreCountedByTheirShards() throws Exception {
    Operations operations = Operations.read(SQL, engine);
    try (Connection connection = servers.target().connect()) {
      Optional<ExecutionCount> before = ExecutionCount.read(connection, engine);
      if (engine != Engine.CITUS) {
        assertThat(before).isEmpty();
        return;
      }
      new PlanGuard(engine).check(connection, Operations.read(SQL, engine), SPEC);
      before = ExecutionCount.read(connection, engine);
      for (String name :
          List.of("lookup-order", "lookup-order", "floor", "orders-by-status", "copy-events")) {
        try (Execution execution = operations.find(name).open(connection, SPEC)) {
          execution.execute(1);
        }
      }
      ExecutionCount after = ExecutionCount.read(connection, engine).orElseThrow();
      assertThat(after.since(before.orElseThrow()))
          .contains(new ExecutionCount(after.server(), 2, 2));
      assertThat(after.since(new ExecutionCount("another", 0, 0))).isEmpty();
    }
  }

  @Test
  @Order(13)
  void wrongPlanIsFound() throws Exception {
    if (engine != Engine.CITUS) {
      return;
    }
    execute(0, "select undistribute_table('orders')");
    assertThat(problem("lookup-order"))
        .contains(
            "operation lookup-order ran as local (0 tasks), its file states fast-path (seen with parameters of index 0)");
    execute(0, "select create_reference_table('orders')");
    assertThat(problem("orders-by-status"))
        .get()
        .asString()
        .contains("its file states multi-shard");
    assertThat(problem("floor")).isEmpty();
    assertThat(problem("copy-events")).isEmpty();
    execute(0, "select undistribute_table('events')");
    assertThat(problem("copy-events"))
        .contains(
            "operation copy-events ran as local (0 tasks), its file states multi-shard (seen with parameters of index 0)");
    execute(0, "select create_reference_table('events')");
    assertThat(problem("copy-events")).get().asString().contains("ran as router (1 tasks)");
  }

  private Optional<String> problem(String operation) throws SQLException {
    try (Connection connection = servers.target().connect()) {
      return new PlanGuard(engine)
          .check(connection, Operations.read(SQL, engine), SPEC).stream()
              .filter(seen -> seen.operation().equals(operation))
              .findAny()
              .orElseThrow()
              .problem();
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (java.sql.Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  @Order(14)
  void othersTablesAmongOursAreLeftAlone() throws Exception {
    for (String name : new String[] {"daily_revenue", "ledger", "bench_load"}) {
      execute(0, "alter table " + name + " rename to kept");
      execute(0, "create table " + name + " (mine text)");
      execute(0, "insert into " + name + " values ('precious')");
      assertThatThrownBy(() -> loader().load((step, done, of) -> {}))
          .isInstanceOf(BenchException.class)
          .hasMessageContaining("tables that no load made (")
          .hasMessageContaining(name);
      assertThat(loader().loaded().filter(Loaded::fits)).isEmpty();
      assertThat(number(0, "select count(*) from " + name)).isEqualTo(1);
      execute(0, "drop table " + name);
      execute(0, "alter table kept rename to " + name);
    }
    assertThat(loader().loaded()).get().matches(Loaded::fits);
    execute(0, "drop table ledger");
    assertThat(loader().loaded().flatMap(Loaded::misfit)).contains("table ledger is gone");
  }

  @Test
  @Order(11)
  void whatOperationsWroteIsRemovedAndTheDataSetStays() throws Exception {
    Operations operations = Operations.read(SQL, engine);
    loader().removeWritten();
    try (Connection connection = servers.target().connect()) {
      for (String name : List.of("insert-event", "place-order")) {
        try (Execution execution = operations.find(name).open(connection, SPEC)) {
          execution.execute(1);
          execution.execute(2);
        }
      }
    }
    // Each order is one row, with three lines and an event.
    assertThat(loader().removeWritten()).isEqualTo(2 + 2 * (1 + 3 + 1));
    assertThat(loader().removeWritten()).isZero();
    assertThat(number(0, "select count(*) from events")).isEqualTo(5_000);
    loader().verify();
  }

  @Test
  @Order(11)
  void whatIsWrittenAndHowManyConnectionsItTakesIsCounted() throws Exception {
    Operations operations = Operations.read(SQL, engine);
    try (ServerUse use = ServerUse.connect(servers.target());
        Connection connection = servers.target().connect();
        Execution insert = operations.find("insert-event").open(connection, SPEC);
        Execution read = operations.find("orders-by-status").open(connection, SPEC)) {
      read.execute(1);
      ServerUse.Counters before = use.counters();
      for (int i = 0; i < 10; i++) {
        insert.execute(i);
      }
      ServerUse.Written from = before.written().orElseThrow();
      ServerUse.Written to = use.counters().written().orElseThrow();
      // A row of an event is some 100 bytes, and some transactions of the servers' own may be
      // among.
      assertThat(to.walBytes() - from.walBytes()).isGreaterThan(1_000);
      assertThat(to.transactions() - from.transactions()).isBetween(10L, 60L);
      assertThat(use.waits()).isEmpty(); // nobody else is in a statement
      if (engine == Engine.CITUS) {
        ServerUse.Executor then = use.counters().executor().orElseThrow();
        read.execute(2);
        ServerUse.Executor now = use.counters().executor().orElseThrow();
        assertThat(now.multiShard() - then.multiShard()).isEqualTo(1);
        assertThat(then.multiShard() - before.executor().orElseThrow().multiShard()).isZero();
        // At least one to each worker, at most one a shard; each worker's first was kept.
        assertThat(now.used() - then.used()).isBetween(2L, (long) SHARDS);
        assertThat(now.reused() - then.reused()).isBetween(2L, (long) SHARDS);
      } else {
        assertThat(before.executor()).isEmpty();
      }
    }
  }

  @Test
  @Order(11)
  void aFanOutIsATaskForEachShard() throws Exception {
    if (engine != Engine.CITUS) {
      return;
    }
    try (Connection connection = servers.target().connect()) {
      FanOut table = new FanOut(SQL, 4);
      table.create(connection);
      table.create(connection); // as after an interrupted benchmark
      table.checkPlan(connection);
      assertThat(number(0, table.query())).isEqualTo(4_000);
      new FanOut(SQL, 2).create(connection);
      FanOut.dropAll(SQL, connection);
      assertThat(number(0, "select count(*) from pg_class where relname like 'fan_out%'")).isZero();
    }
  }
}
