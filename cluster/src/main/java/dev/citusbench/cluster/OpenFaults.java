package dev.citusbench.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;

/**
 * What must be undone of faults that are open. It is on the disk from before a fault is opened
 * until it is undone: where the suite is killed meanwhile, the next command that finds the cluster
 * does it.
 */
final class OpenFaults {
  /** One thing to do, which does no harm where it is done already. */
  record Undo(Action action, String name) {
    enum Action {
      /** SIGCONT to all processes of the member of that name. */
      CONTINUE,
      /** Start the daemon of that name again, unless it runs. */
      START,
      /** Let all packets of the member of that name pass again. */
      MEND,
      /** Give the room back in the file system of the member of that name. */
      EMPTY,
      /** End what puts the cluster under the stress of that word. */
      RELIEVE
    }
  }

  /**
   * @param pid of the suite that opened the faults
   * @param startedAt of that process: another one may have got its number since
   */
  private record Content(long pid, Instant startedAt, List<Undo> undos) {}

  private final Path path;
  private final ClusterFile cluster;
  private final Daemons daemons;
  private final Links links;
  private final Disks disks;

  OpenFaults(Path path, ClusterFile cluster, Daemons daemons, Links links, Disks disks) {
    this.path = path;
    this.cluster = cluster;
    this.daemons = daemons;
    this.links = links;
    this.disks = disks;
  }

  /** Notes what a fault is going to need; must have returned before the fault is opened. */
  synchronized void add(List<Undo> undos) throws IOException {
    if (!undos.isEmpty()) {
      write(Stream.concat(read().undos().stream(), undos.stream()).toList());
    }
  }

  /**
   * Undoes a fault, and forgets it. All is tried: what fails first is thrown at the end, the rest
   * with it, and the fault stays noted.
   */
  synchronized void undo(List<Undo> undos) throws IOException {
    List<Exception> failures = new ArrayList<>();
    for (Undo undo : undos) {
      try {
        carryOut(undo);
      } catch (IOException | RuntimeException e) {
        failures.add(e);
      }
    }
    if (!failures.isEmpty()) {
      Exception first = failures.get(0);
      failures.stream().skip(1).forEach(first::addSuppressed);
      if (first instanceof IOException io) {
        throw io;
      }
      throw (RuntimeException) first;
    }
    List<Undo> left = new ArrayList<>(read().undos());
    undos.forEach(left::remove);
    if (left.isEmpty()) {
      Files.deleteIfExists(path);
    } else {
      write(left);
    }
  }

  /**
   * Undoes what a suite left open that does not run any more.
   *
   * @return whether there was anything
   */
  synchronized boolean undoAbandoned() throws IOException {
    Content content = read();
    boolean runs =
        ProcessHandle.of(content.pid())
            .filter(process -> startOf(process).equals(content.startedAt()))
            .isPresent();
    if (runs || content.undos().isEmpty()) {
      return false;
    }
    undo(content.undos());
    return true;
  }

  private void carryOut(Undo undo) throws IOException {
    switch (undo.action()) {
      case CONTINUE -> {
        List<ProcessHandle> all = new ArrayList<>(daemons.find(cluster.launch(undo.name())));
        cluster.members().stream()
            .filter(member -> member.name().equals(undo.name()))
            .forEach(member -> all.addAll(daemons.postgres(member)));
        Daemons.letGoOn(all);
      }
      case START -> {
        Launch launch = cluster.launch(undo.name());
        if (daemons.find(launch).isEmpty()) {
          daemons.start(launch, Account.current());
        }
      }
      case MEND -> links.mend(undo.name());
      case EMPTY -> disks.empty(Path.of(cluster.folder()), undo.name());
      case RELIEVE -> daemons.stressors().end(undo.name());
    }
  }

  private Content read() throws IOException {
    try {
      return Json.MAPPER.readValue(Files.readString(path), Content.class);
    } catch (NoSuchFileException e) {
      return ofThisProcess(List.of());
    } catch (JacksonException e) {
      throw new IOException(path + " is damaged: './bench down' clears it", e);
    }
  }

  private void write(List<Undo> undos) throws IOException {
    Path temporary = path.resolveSibling(path.getFileName() + ".new");
    Files.writeString(temporary, Json.MAPPER.writeValueAsString(ofThisProcess(undos)) + "\n");
    Files.move(
        temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static Content ofThisProcess(List<Undo> undos) {
    ProcessHandle self = ProcessHandle.current();
    return new Content(self.pid(), startOf(self), undos);
  }

  private static Instant startOf(ProcessHandle process) {
    return process.info().startInstant().orElse(Instant.EPOCH);
  }
}
