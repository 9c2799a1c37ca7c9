package dev.citusbench.cluster;

import dev.citusbench.cluster.OpenFaults.Undo;
import dev.citusbench.cluster.OpenFaults.Undo.Action;
import dev.citusbench.results.BenchException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Breaks things of a cluster that we started. All that takes time is done when a fault is prepared;
 * what it needs to be undone is on the disk before it is opened.
 */
public final class Faults {
  private static final int LOSS_PERCENT = 10;
  private static final Duration DELAY = Duration.ofMillis(100);

  /** How long Patroni is given to do what it was asked for. */
  static final Duration MOST_FOR_PATRONI = Duration.ofSeconds(60);

  private final Cluster cluster;
  private final NativeRuntime runtime;
  private final Daemons daemons;
  private final Links links;
  private final Disks disks;
  private final OpenFaults open;
  private final Breakable breakable;

  Faults(
      Cluster cluster,
      NativeRuntime runtime,
      Daemons daemons,
      Links links,
      Disks disks,
      OpenFaults open,
      Breakable breakable) {
    this.cluster = cluster;
    this.runtime = runtime;
    this.daemons = daemons;
    this.links = links;
    this.disks = disks;
    this.open = open;
    this.breakable = breakable;
  }

  /** A fault of which all that takes time is done. */
  public interface Prepared {
    /**
     * Opens the fault, once: a signal takes microseconds where it kills, some milliseconds where it
     * stops, and so do rules for packets and a full disk; what Patroni is asked for begins when it
     * has the request.
     *
     * @throws BenchException where it could not be opened: what was done of it is undone
     */
    OpenFault fire();
  }

  /** What takes effect when a fault is opened; may leave something that ends later. */
  interface Opening {
    CompletableFuture<Void> open() throws IOException;
  }

  /** SIGKILL is sent, and that is all. */
  private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

  /**
   * Finds what a fault is going to hit, and leaves the moment to the caller.
   *
   * @throws BenchException where what it would hit does not run, and where this cluster or this
   *     machine cannot have such a fault
   */
  public Prepared prepare(FaultKind kind, FaultTarget target) {
    lacking(kind)
        .ifPresent(
            lacking -> {
              throw lacking.of(kind.word());
            });
    runtime.rememberSharedMemory();
    return switch (kind) {
      case KILL_POSTGRES -> {
        Member member = member(target);
        ProcessHandle postmaster = postmaster(member);
        yield prepared(kind, target, member.name(), List.of(), kill(List.of(postmaster)));
      }
      case KILL_PATRONI -> {
        Member member = member(target);
        yield prepared(
            kind, target, member.name(), start(member.name()), kill(running(member.name())));
      }
      case KILL_NODE, LOSE_STANDBY -> {
        Member member = member(target);
        // Patroni first: else it may see its PostgreSQL die, and act.
        List<ProcessHandle> node = new ArrayList<>(running(member.name()));
        node.add(postmaster(member));
        yield prepared(kind, target, member.name(), start(member.name()), kill(node));
      }
      case FREEZE_NODE -> freeze(kind, target, member(target), true);
      case FREEZE_POSTGRES -> freeze(kind, target, member(target), false);
      case SWITCHOVER -> {
        Member member = member(target);
        yield prepared(
            kind,
            target,
            member.name(),
            List.of(),
            () -> ask(member, "/switchover", Map.of("leader", member.name())));
      }
      case RESTART -> {
        Member member = member(target);
        yield prepared(
            kind, target, member.name(), List.of(), () -> ask(member, "/restart", Map.of()));
      }
      case KILL_ETCD -> killEtcd(kind, target, 1);
      case KILL_ETCD_QUORUM -> {
        int all = cluster.file().etcd().size();
        yield killEtcd(kind, target, all - all / 2);
      }
      case KILL_HAPROXY -> {
        String name = cluster.file().haproxy().name();
        yield prepared(kind, target, name, start(name), kill(running(name)));
      }
      case RELOAD_HAPROXY -> reload(kind, target);
      case PARTITION_ETCD, PARTITION_ETCD_ONE_WAY -> {
        List<String> etcd = cluster.file().etcd().stream().map(Daemon::host).toList();
        yield cut(kind, target, member(target), etcd, kind == FaultKind.PARTITION_ETCD_ONE_WAY);
      }
      case PARTITION_MEMBERS, PARTITION_MEMBERS_ONE_WAY -> {
        Member member = member(target);
        List<String> others = hosts(target.group(), member);
        yield cut(kind, target, member, others, kind == FaultKind.PARTITION_MEMBERS_ONE_WAY);
      }
      case PARTITION_WORKER, PARTITION_WORKER_ONE_WAY -> {
        Member member = member(target);
        List<String> coordinators = hosts(0, member);
        yield cut(kind, target, member, coordinators, kind == FaultKind.PARTITION_WORKER_ONE_WAY);
      }
      case ISOLATE -> filter(kind, target, member(target), PacketRules.isolate());
      case LOSS -> filter(kind, target, member(target), PacketRules.loss(LOSS_PERCENT));
      case DELAY -> onLink(kind, target, member(target), hit -> links.delay(hit, DELAY));
      case DISK_FULL -> fill(kind, target, member(target).name());
    };
  }

  /** Why a fault of this kind cannot be opened in this cluster; empty where it can. */
  public Optional<Breakable.Lacking> lacking(FaultKind kind) {
    return breakable.lacking(kind);
  }

  private Prepared fill(FaultKind kind, FaultTarget target, String hit) {
    Path root = Path.of(cluster.file().folder());
    return prepared(
        kind,
        target,
        hit,
        List.of(new Undo(Action.EMPTY, hit)),
        () -> {
          disks.fill(root, hit);
          return DONE;
        });
  }

  /** Addresses of a group's members, without that one's. */
  private List<String> hosts(int group, Member without) {
    List<String> hosts =
        cluster.file().group(group).stream()
            .filter(member -> !member.equals(without))
            .map(Member::host)
            .toList();
    if (hosts.isEmpty()) {
      throw BenchException.usage(
          "%s is alone in its group: there is nobody to part it from".formatted(without.name()));
    }
    return hosts;
  }

  private Prepared cut(
      FaultKind kind, FaultTarget target, Member member, List<String> from, boolean oneWay) {
    return filter(kind, target, member, PacketRules.cut(from, oneWay));
  }

  private Prepared filter(FaultKind kind, FaultTarget target, Member member, String rules) {
    return onLink(kind, target, member, hit -> links.filter(hit, rules));
  }

  /** What is done to the link of a member. */
  private interface Breaking {
    void breakLink(String member) throws IOException;
  }

  private Prepared onLink(FaultKind kind, FaultTarget target, Member member, Breaking breaking) {
    String hit = member.name();
    return prepared(
        kind,
        target,
        hit,
        List.of(new Undo(Action.MEND, hit)),
        () -> {
          breaking.breakLink(hit);
          return DONE;
        });
  }

  private Prepared prepared(
      FaultKind kind, FaultTarget target, String hit, List<Undo> undos, Opening opening) {
    return prepared(kind.word(), target.word(), hit, undos, opening);
  }

  /** What is opened, and noted before, whatever it is called. */
  Prepared prepared(String kind, String target, String hit, List<Undo> undos, Opening opening) {
    return () -> {
      try {
        open.add(undos);
        Instant openedAt = Instant.now();
        CompletableFuture<Void> end = opening.open();
        return new HeldFault(new Injection(kind, target, hit, openedAt), open, undos, end);
      } catch (IOException | BenchException e) {
        BenchException failed =
            new BenchException(
                BenchException.Kind.CLUSTER,
                "%s of %s could not be opened: %s".formatted(kind, hit, e.getMessage()),
                e);
        try {
          open.undo(undos);
        } catch (IOException | BenchException notUndone) {
          failed.addSuppressed(notUndone);
        }
        throw failed;
      }
    };
  }

  private static List<Undo> start(String name) {
    return List.of(new Undo(Action.START, name));
  }

  private static Opening kill(List<ProcessHandle> victims) {
    return () -> {
      for (ProcessHandle victim : victims) {
        if (!victim.isAlive()) {
          throw new BenchException(
              BenchException.Kind.CLUSTER,
              "process %d was to be killed, and had ended before".formatted(victim.pid()));
        }
        Daemons.kill(victim);
      }
      return DONE;
    };
  }

  /** The postmaster first, so that nothing new is forked, then what it has forked. */
  private Prepared freeze(FaultKind kind, FaultTarget target, Member member, boolean patroniToo) {
    List<ProcessHandle> first = new ArrayList<>();
    if (patroniToo) {
      first.addAll(running(member.name()));
    }
    first.add(postmaster(member));
    return prepared(
        kind,
        target,
        member.name(),
        List.of(new Undo(Action.CONTINUE, member.name())),
        () -> {
          Daemons.stop(first);
          Daemons.stop(daemons.postgres(member));
          return DONE;
        });
  }

  private CompletableFuture<Void> ask(Member member, String path, Map<String, Object> body) {
    PatroniApi patroni =
        new PatroniApi(
            cluster.file().credentials().patroni(), new Http(300, MOST_FOR_PATRONI.toMillis()));
    return CompletableFuture.runAsync(
        () -> {
          try {
            patroni.post(member, path, body);
          } catch (IOException e) {
            throw new BenchException(
                BenchException.Kind.CLUSTER,
                "%s: Patroni did not do what %s asked for: %s; see %s"
                    .formatted(member.name(), path, e.getMessage(), member.patroniLog()),
                e);
          }
        },
        command -> StatusReader.daemonThread(command).start());
  }

  private Prepared killEtcd(FaultKind kind, FaultTarget target, int count) {
    List<String> names = new ArrayList<>();
    cluster.file().etcd().forEach(daemon -> names.add(daemon.name()));
    String leader = new EtcdLeader(cluster.file().etcd()).name();
    names.remove(leader);
    names.add(0, leader);
    List<String> hit = List.copyOf(names.subList(0, count));
    List<ProcessHandle> victims = hit.stream().flatMap(name -> running(name).stream()).toList();
    List<Undo> undos = hit.stream().flatMap(name -> start(name).stream()).toList();
    return prepared(kind, target, String.join(" ", hit), undos, kill(victims));
  }

  /** As HAProxy's own documentation has it: the new process asks the old one to finish. */
  private Prepared reload(FaultKind kind, FaultTarget target) {
    Launch launch = cluster.file().launch(cluster.file().haproxy().name());
    List<String> command = new ArrayList<>(launch.command());
    command.add("-sf");
    running(launch.name()).forEach(old -> command.add(Long.toString(old.pid())));
    Launch next =
        new Launch(
            launch.name(), launch.namespace(), launch.folder(), launch.log(), List.of(), command);
    return prepared(
        kind,
        target,
        launch.name(),
        List.of(),
        () -> {
          daemons.start(next, Account.current());
          return DONE;
        });
  }

  private Member member(FaultTarget target) {
    Member primary = cluster.primary(target.group());
    if (!target.standby()) {
      return primary;
    }
    return cluster.file().group(target.group()).stream()
        .filter(member -> !member.equals(primary))
        .findFirst()
        .orElseThrow(
            () ->
                BenchException.usage(
                    "%s has no standby in this cluster"
                        .formatted(Member.groupName(target.group()))));
  }

  private List<ProcessHandle> running(String name) {
    Launch launch = cluster.file().launch(name);
    List<ProcessHandle> found = daemons.find(launch);
    if (found.isEmpty()) {
      throw new BenchException(
          BenchException.Kind.CLUSTER, "%s does not run; see %s".formatted(name, launch.log()));
    }
    return found;
  }

  private ProcessHandle postmaster(Member member) {
    return runtime
        .postmaster(member)
        .orElseThrow(
            () ->
                new BenchException(
                    BenchException.Kind.CLUSTER,
                    "%s has no postmaster that runs; see %s"
                        .formatted(member.name(), member.postgresLog())));
  }
}
