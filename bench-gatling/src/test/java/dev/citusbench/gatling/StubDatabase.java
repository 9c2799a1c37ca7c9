package dev.citusbench.gatling;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** A data source without a database: connections that can only be closed, a bounded number. */
final class StubDatabase {
  private final Semaphore free;
  private final long timeoutMillis;
  final AtomicInteger borrowed = new AtomicInteger();
  final AtomicInteger givenBack = new AtomicInteger();

  StubDatabase(int connections, long timeoutMillis) {
    this.free = new Semaphore(connections);
    this.timeoutMillis = timeoutMillis;
  }

  DataSource dataSource() {
    return as(
        DataSource.class,
        (method) -> {
          if (!method.equals("getConnection")) {
            throw new UnsupportedOperationException(method);
          }
          if (!free.tryAcquire(timeoutMillis, TimeUnit.MILLISECONDS)) {
            throw new SQLTransientConnectionException(
                "none free", "08001", new SQLException("refused", "08001"));
          }
          borrowed.incrementAndGet();
          return connection();
        });
  }

  private Connection connection() {
    return as(
        Connection.class,
        (method) -> {
          if (!method.equals("close")) {
            throw new UnsupportedOperationException(method);
          }
          givenBack.incrementAndGet();
          free.release();
          return null;
        });
  }

  private interface Answer {
    @org.jspecify.annotations.Nullable
    Object to(String method) throws Exception;
  }

  private static <T> T as(Class<T> type, Answer answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> answer.to(method.getName())));
  }

  /** Work that is done by code. */
  static Work work(String name, Step step) {
    return new Work() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public void run(Connection connection, long index) throws SQLException {
        step.run(index);
      }
    };
  }

  /** What a stub request does. */
  interface Step {
    void run(long index) throws SQLException;
  }
}
