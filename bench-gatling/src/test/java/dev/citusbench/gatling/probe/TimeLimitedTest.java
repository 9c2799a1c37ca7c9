package dev.citusbench.gatling.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.Driver;

final class TimeLimitedTest {
  private static final Duration LIMIT = Duration.ofMillis(300);

  /** What it is asked to do later, for a test to do when it likes. */
  private static final class ByHand extends ScheduledThreadPoolExecutor {
    private final List<Runnable> tasks = new ArrayList<>();

    ByHand() {
      super(1);
    }

    @Override
    @SuppressWarnings("NullAway") // nobody looks at it
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
      assertThat(unit.toNanos(delay)).isEqualTo(LIMIT.toNanos());
      tasks.add(task);
      return super.schedule(() -> {}, 0, TimeUnit.NANOSECONDS);
    }
  }

  private final List<String> calls = new ArrayList<>();
  private final ByHand timer = new ByHand();
  private final Connection kept =
      (Connection)
          Proxy.newProxyInstance(
              TimeLimitedTest.class.getClassLoader(),
              new Class<?>[] {Connection.class},
              (proxy, method, arguments) ->
                  switch (method.getName()) {
                    case "abort", "close" -> {
                      calls.add(method.getName());
                      yield null;
                    }
                    case "equals" -> proxy == arguments[0];
                    case "hashCode" -> System.identityHashCode(proxy);
                    default -> throw new UnsupportedOperationException(method.getName());
                  });

  private final TimeLimited limited = limited(timer);

  private TimeLimited limited(ScheduledThreadPoolExecutor by) {
    return new TimeLimited(
        new Source() {
          @Override
          public Connection take() {
            return kept;
          }

          @Override
          public void done(Connection connection, @Nullable SQLException error) {
            calls.add("done");
          }
        },
        LIMIT,
        by);
  }

  @AfterEach
  void close() {
    timer.shutdownNow();
  }

  @Test
  void aConnectionThatIsNotGivenBackIsAbortedAndNotUsedAgain() throws SQLException {
    Connection connection = limited.take();
    timer.tasks.get(0).run();
    limited.done(connection, new SQLException("closed", "08006"));
    assertThat(calls).containsExactly("abort", "close", "done");
  }

  @Test
  void oneThatIsGivenBackInTimeIsLeftAsItIs() throws SQLException {
    limited.done(limited.take(), null);
    timer.tasks.get(0).run();
    assertThat(calls).containsExactly("done");
  }

  @Test
  void oneThatIsTakenAgainHasItsTimeAnew() throws SQLException {
    limited.done(limited.take(), null);
    limited.take();
    timer.tasks.get(0).run();
    assertThat(calls).as("the limit of its first time is no more").containsExactly("done");
    timer.tasks.get(1).run();
    assertThat(calls).containsExactly("done", "abort");
  }

  @Test
  void noneIsTakenAndNoneIsLostWhereNoMoreCanBeLimited() {
    ScheduledThreadPoolExecutor over = new ScheduledThreadPoolExecutor(1);
    over.shutdown();
    TimeLimited late = limited(over);
    assertThatThrownBy(late::take).isInstanceOf(SQLException.class).hasMessageContaining("no more");
    assertThat(calls).containsExactly("done");
  }

  @Test
  void whatIsOutKeepsItsLimitWhenNoMoreIsTaken() throws Exception {
    ScheduledThreadPoolExecutor ending = new ScheduledThreadPoolExecutor(1);
    TimeLimited last = limited(ending);
    last.take();
    ending.shutdown();
    assertThat(ending.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    assertThat(calls).containsExactly("abort");
  }

  @Test
  @Timeout(60)
  void aServerThatHangsAfterItHasSaidAnErrorIsGivenUp() throws Exception {
    ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1);
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread cancelling = new Thread(() -> cancelAndHang(server), "cancelling-server");
      cancelling.setDaemon(true);
      cancelling.start();
      Ring ring = new Ring(0, () -> connect(server.getLocalPort()));
      TimeLimited source = new TimeLimited(ring, Duration.ofSeconds(3), clock);
      Connection connection = source.take();
      // The driver would wait for an hour more.
      connection.setNetworkTimeout(Runnable::run, 3_600_000);
      assertThatThrownBy(
              () -> {
                try (Statement statement = connection.createStatement()) {
                  statement.execute("select 1");
                }
              })
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("57014"));
      source.done(connection, null);
      assertThat(connection.isClosed()).isTrue();
      assertThat(ring.open()).isZero();
    } finally {
      clock.shutdownNow();
    }
  }

  private static Connection connect(int port) throws SQLException {
    Properties properties = new Properties();
    properties.putAll(
        Map.of(
            "user", "bench",
            "preferQueryMode", "simple",
            "assumeMinServerVersion", "15",
            "gssEncMode", "disable",
            "sslmode", "disable"));
    Connection connection =
        new Driver().connect("jdbc:postgresql://127.0.0.1:" + port + "/bench", properties);
    assertThat(connection).isNotNull();
    return connection;
  }

  /**
   * Lets one client in, tells its first query that it was cancelled, and never says it is ready.
   */
  private static void cancelAndHang(ServerSocket server) {
    try (Socket client = server.accept();
        DataInputStream in = new DataInputStream(client.getInputStream());
        DataOutputStream out = new DataOutputStream(client.getOutputStream())) {
      in.readFully(new byte[in.readInt() - 4]);
      message(out, 'R', new byte[4]);
      for (String setting :
          List.of(
              "server_version\00015.0\0",
              "client_encoding\0UTF8\0",
              "DateStyle\0ISO\0",
              "TimeZone\0UTC\0",
              "integer_datetimes\0on\0",
              "standard_conforming_strings\0on\0")) {
        message(out, 'S', setting.getBytes(StandardCharsets.US_ASCII));
      }
      message(out, 'Z', new byte[] {'I'});
      in.readByte();
      in.readFully(new byte[in.readInt() - 4]);
      String error = "SERROR\0C57014\0Mcanceling statement due to statement timeout\0\0";
      message(out, 'E', error.getBytes(StandardCharsets.US_ASCII));
      in.readByte(); // until the client is gone
    } catch (IOException e) {
      // It is.
    }
  }

  private static void message(DataOutputStream out, char type, byte[] body) throws IOException {
    out.writeByte(type);
    out.writeInt(body.length + 4);
    out.write(body);
    out.flush();
  }
}
