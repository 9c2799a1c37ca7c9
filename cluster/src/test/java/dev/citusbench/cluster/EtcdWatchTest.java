package dev.citusbench.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class EtcdWatchTest {
  private static final String LEADER = "/service/bench/1/leader";

  private final FakeEtcd.Store store = new FakeEtcd.Store();
  private final List<AutoCloseable> opened = new ArrayList<>();
  private final BlockingQueue<EtcdWatch.Change> seen = new LinkedBlockingQueue<>();

  @AfterEach
  void close() throws Exception {
    for (int i = opened.size() - 1; i >= 0; i--) {
      opened.get(i).close();
    }
  }

  private FakeEtcd etcd() throws IOException {
    FakeEtcd etcd = new FakeEtcd(store);
    opened.add(etcd);
    return etcd;
  }

  private void watch(FakeEtcd... all) {
    List<Daemon> daemons = new ArrayList<>();
    for (FakeEtcd each : all) {
      daemons.add(each.daemon());
    }
    EtcdWatch watch = new EtcdWatch(daemons, PatroniKeys.PREFIX, seen::add);
    opened.add(watch);
    watch.begin();
  }

  private EtcdWatch.Change next() throws InterruptedException {
    EtcdWatch.Change change = seen.poll(30, TimeUnit.SECONDS);
    assertThat(change).as("a change within 30 s").isNotNull();
    return change;
  }

  private void assertNext(@Nullable String value) throws InterruptedException {
    EtcdWatch.Change change = next();
    assertThat(change.key()).isEqualTo(LEADER);
    assertThat(change.value()).isEqualTo(value);
  }

  @Test
  void aFreedAndATakenKeyAreTwoChanges() throws Exception {
    watch(etcd());
    store.put(LEADER, "worker1-a");
    assertNext("worker1-a");
    store.delete(LEADER);
    assertNext(null);
    store.put(LEADER, "worker1-b");
    assertNext("worker1-b");
  }

  @Test
  void whatHappensWhileTheEtcdIsDeadIsToldByTheNextOneAndNothingTwice() throws Exception {
    FakeEtcd first = etcd();
    FakeEtcd second = etcd();
    watch(first, second);
    store.put(LEADER, "worker1-a");
    assertNext("worker1-a");
    first.close();
    store.delete(LEADER);
    store.put(LEADER, "worker1-b");
    assertNext(null);
    assertNext("worker1-b");
    store.delete(LEADER);
    assertNext(null);
    assertThat(seen).isEmpty();
  }

  /** One that is asked, and dies; {@code meanwhile}; then another one comes up. */
  private void withoutAnEtcd(Runnable meanwhile) throws Exception {
    FakeEtcd first = etcd();
    Daemon later;
    try (FakeEtcd second = new FakeEtcd(store)) {
      later = second.daemon();
    }
    EtcdWatch watch = new EtcdWatch(List.of(first.daemon(), later), PatroniKeys.PREFIX, seen::add);
    opened.add(watch);
    watch.begin();
    store.put(LEADER, "worker1-a");
    assertNext("worker1-a");
    first.close();
    meanwhile.run();
    Thread.sleep(100);
    assertThat(seen).as("nobody is there to tell").isEmpty();
    opened.add(new FakeEtcd(store, later.port()));
  }

  @Test
  void changesOfATimeWithoutAnEtcdSayHowLongAgoTheyMayHaveBeen() throws Exception {
    withoutAnEtcd(() -> store.delete(LEADER));
    EtcdWatch.Change change = next();
    assertThat(change.value()).isNull();
    assertThat(change.within()).isGreaterThan(Duration.ofMillis(90));
  }

  @Test
  void anEtcdThatHasForgottenWhatCameSinceIsReadAnew() throws Exception {
    withoutAnEtcd(
        () -> {
          store.put("/service/bench/1/history", "[]");
          store.delete(LEADER);
          store.compact();
        });
    assertThat(next().key()).isEqualTo("/service/bench/1/history");
    assertNext(null);
    store.put(LEADER, "worker1-b");
    assertNext("worker1-b");
  }
}
