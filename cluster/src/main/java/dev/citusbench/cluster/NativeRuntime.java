package dev.citusbench.cluster;

import dev.citusbench.results.BenchException;
import dev.citusbench.results.Engine;
import dev.citusbench.results.RuntimeKind;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Members as processes of this machine, detached from the suite. What belongs to a home is found by
 * looking at the machine, not by trusting a file: so a suite that was killed at any moment leaves
 * nothing that the next command would not find.
 */
final class NativeRuntime {
  static final String DATABASE = "bench";
  static final long LEAST_FREE_BYTES = 2L << 30;
  private static final long FULL_BYTES = 64L << 20;
  private static final String LOOPBACK = Ports.HOST; // HAProxy's, whatever the members have

  private final BenchFolder bench;
  private final Processes processes;
  private final Daemons daemons;
  private final List<Launch> launches = new ArrayList<>();
  private final Map<String, Process> started = new LinkedHashMap<>();
  private Network network = Network.loopback();
  private boolean ended;
  private Optional<Credentials> launched = Optional.empty();

  NativeRuntime(BenchFolder bench) {
    this.bench = bench;
    this.processes = new Processes(bench.marker(), bench.places());
    this.daemons = new Daemons(processes);
  }

  Daemons daemons() {
    return daemons;
  }

  /** Whether any daemon that a cluster cannot be without is alive. */
  boolean isAlive() {
    return processes.find().stream()
        .filter(p -> !Processes.program(p.pid()).startsWith("postgres"))
        .anyMatch(p -> !Stressors.isStressor(p));
  }

  boolean hasLeftovers() {
    return !processes.find().isEmpty()
        || bench.namespaces().exist()
        || bench.disks().exist()
        || bench.places().stream().anyMatch(p -> Files.exists(p, LinkOption.NOFOLLOW_LINKS));
  }

  /** Starts all daemons; returns before they are ready. */
  ClusterFile launch(ClusterSpec spec, Programs programs, Progress progress) throws IOException {
    Account account = Account.current();
    checkSpace();
    Path root = bench.makeClusterFolder(account);
    if (!root.startsWith(bench.dir())) {
      progress.step(
          "user %s may not enter %s: data goes to %s".formatted(account.name(), bench.dir(), root));
    }
    makeDisks(spec, root, account, progress);
    try (Ports ports = Ports.choose(Ports.wanted(spec))) {
      ports.replaced().forEach(progress::step);
      Credentials credentials = Secrets.credentials();
      launched = Optional.of(credentials);
      Path logs = root.resolve("logs");
      Path temporary = root.resolve("tmp");
      account.makeFolder(logs);
      account.makeFolder(temporary);
      network = makeNetwork(spec, progress);

      List<Daemon> etcd = new ArrayList<>();
      for (int i = 1; i <= spec.etcdMembers(); i++) {
        etcd.add(startEtcd("etcd" + i, root, logs, spec, ports, programs, account));
      }
      awaitEtcd(etcd);
      List<Member> members = new ArrayList<>();
      for (int m = 0; m < spec.membersPerGroup(); m++) {
        // The first of each group initializes it: the others would only be in its way until then.
        awaitPostmasters(members);
        for (int g = 0; g < spec.groups(); g++) {
          members.add(startMember(g, m, root, logs, spec, ports, programs, account, credentials));
        }
      }
      members.sort(java.util.Comparator.comparingInt(Member::group).thenComparing(Member::name));
      List<Route> routes = routes(spec, ports);
      Daemon haproxy =
          startHaproxy(root, logs, spec, members, routes, ports, programs, account, credentials);
      awaitListening(haproxy);
      return new ClusterFile(
          ClusterFile.SCHEMA,
          RuntimeKind.NATIVE,
          spec.engine(),
          spec.engine() == Engine.CITUS
              ? programs.citusVersion().orElse("unknown")
              : programs.versions().getOrDefault("postgresql", "unknown"),
          programs.versions(),
          spec.tuning().name(),
          Instant.now(),
          0,
          spec.workers(),
          spec.membersPerGroup(),
          DATABASE,
          members,
          routes,
          etcd,
          haproxy,
          credentials,
          network,
          spec.disk(),
          root.toString(),
          account.name(),
          List.copyOf(launches),
          List.of());
    }
  }

  /** Tries what the network is going to need, and leaves nothing of it; looks for the rest. */
  synchronized void checkMachine(ClusterSpec spec) {
    checkNotEnded();
    if (!spec.disk().none()) {
      Disks.lacking()
          .ifPresent(
              problem -> {
                throw new BenchException(BenchException.Kind.MACHINE, problem);
              });
    }
    if (spec.network() == NetworkKind.NETNS) {
      bench.namespaces().check();
    }
  }

  private synchronized Network makeNetwork(ClusterSpec spec, Progress progress) throws IOException {
    checkNotEnded();
    return switch (spec.network()) {
      case LOOPBACK -> Network.loopback();
      case NETNS -> {
        List<String> daemons = new ArrayList<>();
        for (int i = 1; i <= spec.etcdMembers(); i++) {
          daemons.add("etcd" + i);
        }
        daemons.addAll(memberNames(spec));
        Network made = bench.namespaces().plan(daemons);
        progress.step(
            "making %d network namespaces, subnet %s".formatted(daemons.size(), made.subnet()));
        bench.namespaces().make(made);
        yield made;
      }
    };
  }

  private static List<String> memberNames(ClusterSpec spec) {
    List<String> names = new ArrayList<>();
    for (int g = 0; g < spec.groups(); g++) {
      for (int m = 0; m < spec.membersPerGroup(); m++) {
        names.add(Ports.memberName(g, m));
      }
    }
    return names;
  }

  private synchronized void makeDisks(
      ClusterSpec spec, Path root, Account account, Progress progress) {
    checkNotEnded();
    if (spec.disk().none()) {
      return;
    }
    List<String> members = memberNames(spec);
    progress.step("making %d file systems of %s".formatted(members.size(), spec.disk()));
    members.forEach(member -> bench.disks().make(root, member, spec.disk(), account));
  }

  private void checkNotEnded() {
    if (ended) {
      throw lost("told to end while the cluster was starting");
    }
  }

  /** The address of what a daemon listens on, by the name of its port. */
  private String address(String daemon, Ports ports, String port) {
    return network.host(daemon) + ":" + ports.of(port);
  }

  private void checkSpace() throws IOException {
    for (Path place : bench.places()) {
      // Not of a FileStore, which a root folder that is no mount point does not have.
      long free = place.resolveSibling(".").toFile().getUsableSpace();
      if (free < LEAST_FREE_BYTES) {
        throw new BenchException(
            BenchException.Kind.MACHINE,
            "%s has %d MiB free, a cluster needs at least %d MiB: make room"
                .formatted(place.getParent(), free >> 20, LEAST_FREE_BYTES >> 20));
      }
    }
  }

  private Process spawn(
      String name,
      Path folder,
      Path log,
      Account account,
      List<String> parent,
      List<String> command)
      throws IOException {
    Launch launch =
        new Launch(
            name, network.namespace(name), folder.toString(), log.toString(), parent, command);
    Process process = daemons.start(launch, account);
    launches.add(launch);
    started.put(name, process);
    return process;
  }

  private Daemon startEtcd(
      String name,
      Path root,
      Path logs,
      ClusterSpec spec,
      Ports ports,
      Programs programs,
      Account account)
      throws IOException {
    Path folder = root.resolve(name);
    account.makeFolder(folder);
    List<String> peers = new ArrayList<>();
    for (int i = 1; i <= spec.etcdMembers(); i++) {
      String other = "etcd" + i;
      peers.add(other + "=http://" + address(other, ports, other + "-peer"));
    }
    String client = "http://" + address(name, ports, name);
    String peer = "http://" + address(name, ports, name + "-peer");
    Path log = logs.resolve(name + ".log");
    Process process =
        spawn(
            name,
            folder,
            log,
            account,
            List.of(),
            List.of(
                programs.path("etcd").toString(),
                "--name=" + name,
                "--data-dir=" + folder.resolve("data"),
                "--listen-client-urls=" + client,
                "--advertise-client-urls=" + client,
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=" + String.join(",", peers),
                "--initial-cluster-token=" + bench.marker(),
                "--initial-cluster-state=new",
                "--logger=zap",
                "--log-outputs=stderr"));
    return new Daemon(
        name,
        List.of(address(name, ports, name), address(name, ports, name + "-peer")),
        log.toString(),
        process.pid());
  }

  private void awaitEtcd(List<Daemon> etcd) {
    Http http = new Http(200, 500);
    long deadline = System.nanoTime() + Duration.ofSeconds(15).toNanos();
    for (Daemon member : etcd) {
      while (true) {
        String seen;
        try {
          Http.Answer answer = http.get(member.host(), member.port(), "/health", null);
          if (answer.body().contains("\"true\"")) {
            break;
          }
          seen = answer.body().strip();
        } catch (IOException e) {
          seen = String.valueOf(e.getMessage());
        }
        checkRuns(member.name(), member.log());
        if (System.nanoTime() > deadline) {
          throw lost(
              "%s is not healthy after 15 s: %s; see %s"
                  .formatted(member.name(), seen, member.log()));
        }
        Waiting.millis(20);
      }
    }
  }

  private void awaitPostmasters(List<Member> members) {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    for (Member member : members) {
      while (postmaster(member).isEmpty()) {
        checkRuns(member.name(), member.postgresLog());
        if (System.nanoTime() > deadline) {
          throw lost(
              "%s has no PostgreSQL after 30 s; see %s"
                  .formatted(member.name(), member.patroniLog()));
        }
        Waiting.millis(20);
      }
    }
  }

  private void awaitListening(Daemon daemon) {
    long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!listens(daemon.host(), daemon.port())) {
      checkRuns(daemon.name(), daemon.log());
      if (System.nanoTime() > deadline) {
        throw lost(
            "%s does not listen on %s after 10 s; see %s"
                .formatted(daemon.name(), daemon.addresses().get(0), daemon.log()));
      }
      Waiting.millis(10);
    }
  }

  /** Asked by connecting: who tried to bind the port could take it from the daemon. */
  private static boolean listens(String host, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** An error when a daemon that we started has ended, with the last lines that it wrote. */
  void checkRuns(String name, String log) {
    Process process = started.get(name);
    if (process != null && !process.isAlive()) {
      throw lost(
          "%s ended with exit code %d: %s; see %s"
              .formatted(name, process.exitValue(), lastLine(Path.of(log)), log));
    }
  }

  void checkAllRun(ClusterFile file) {
    file.etcd().forEach(d -> checkRuns(d.name(), d.log()));
    checkRuns(file.haproxy().name(), file.haproxy().log());
    file.members().forEach(m -> checkRuns(m.name(), m.postgresLog()));
  }

  /** An error when the disk is filling up under the cluster. */
  void checkNotFull(ClusterFile file) {
    long free = Path.of(file.folder()).toFile().getUsableSpace();
    if (free < FULL_BYTES) {
      throw new BenchException(
          BenchException.Kind.MACHINE,
          "the disk of %s is full (%d MiB left): make room".formatted(file.folder(), free >> 20));
    }
  }

  private static BenchException lost(String message) {
    return new BenchException(BenchException.Kind.CLUSTER, message);
  }

  private static String lastLine(Path log) {
    try {
      List<String> lines = Files.readAllLines(log);
      return lines.isEmpty() ? "it wrote nothing" : lines.get(lines.size() - 1).strip();
    } catch (IOException e) {
      return "no log";
    }
  }

  private Member startMember(
      int group,
      int index,
      Path root,
      Path logs,
      ClusterSpec spec,
      Ports ports,
      Programs programs,
      Account account,
      Credentials credentials)
      throws IOException {
    String name = Ports.memberName(group, index);
    Path folder = account.makeFreshFolder(root, name + "-"); // see BenchFolder.spread
    Path data = (spec.disk().none() ? folder : Disks.mountPoint(root, name)).resolve("data");
    Path logFolder = logs.resolve(name);
    account.makeFolder(logFolder);
    boolean citus = spec.engine() == Engine.CITUS;
    Map<String, String> values = new LinkedHashMap<>();
    values.put("scope", json(PatroniKeys.scope(spec.engine(), group)));
    values.put("name", json(name));
    values.put("logDir", json(logFolder.toString()));
    values.put("restAddress", json(address(name, ports, name + "-patroni")));
    values.put("restUser", json(credentials.patroni().user()));
    values.put("restPassword", json(credentials.patroni().password()));
    List<String> etcd = new ArrayList<>();
    for (int i = 1; i <= spec.etcdMembers(); i++) {
      etcd.add(address("etcd" + i, ports, "etcd" + i));
    }
    values.put("etcdHosts", json(etcd));
    values.put("citus", citus ? json(Map.of("group", group, "database", DATABASE)) : "null");
    values.put(
        "dynamicConfiguration", json(DynamicConfiguration.atStart(spec.engine(), spec.tuning())));
    values.put("postgresListen", json(network.listen(name, ports.of(name))));
    values.put("postgresAddress", json(address(name, ports, name)));
    values.put("hostBasedAccess", json(hostBasedAccess(credentials.replication().user())));
    values.put("dataDir", json(data.toString()));
    values.put("binDir", json(programs.postgresBin().toString()));
    values.put("passFile", json(folder.resolve("pgpass").toString()));
    values.put("superuser", json(credentials.superuser().user()));
    values.put("superuserPassword", json(credentials.superuser().password()));
    values.put("replicationUser", json(credentials.replication().user()));
    values.put("replicationPassword", json(credentials.replication().password()));
    Path configuration = folder.resolve("patroni.yml");
    List<String> coordinators = new ArrayList<>();
    for (int i = 0; i < spec.membersPerGroup(); i++) {
      String coordinator = Ports.memberName(0, i);
      coordinators.add(address(coordinator, ports, coordinator + "-patroni"));
    }
    Map<String, String> callbacks = new LinkedHashMap<>();
    // A postmaster that was killed is a child of Patroni's no more, and for Patroni it lives until
    // somebody has asked for its exit status: process 1 may take its time.
    List<String> parent = new ArrayList<>(List.of(programs.path("tini").toString(), "-s", "--"));
    for (MemberProgram program : MemberProgram.values()) {
      if (program.isIn(spec.tuning(), spec.engine(), group)) {
        String copy = program.beside(configuration).toString();
        account.write(program.beside(configuration), program.text(bench.home()));
        switch (program) {
          case ANNOUNCE_PROMOTION ->
              callbacks.put(
                  program.key(),
                  "python3 %s %s %s"
                      .formatted(copy, configuration, String.join(",", coordinators)));
          case HASTEN_FAILOVER -> parent.addAll(List.of("python3", copy));
        }
      }
    }
    values.put("callbacks", json(callbacks));
    account.write(configuration, Template.render(template("patroni.yml"), values));
    Path log = logFolder.resolve("postgresql.log");
    Process process =
        spawn(
            name,
            folder,
            log,
            account,
            parent,
            List.of(programs.path("patroni").toString(), configuration.toString()));
    return new Member(
        name,
        group,
        network.host(name),
        ports.of(name),
        ports.of(name + "-patroni"),
        data.toString(),
        logFolder.resolve("patroni.log").toString(),
        log.toString(),
        process.pid(),
        0);
  }

  /** Who gets in, from where members and clients are and from nowhere else. */
  private List<String> hostBasedAccess(String replicationUser) {
    List<String> lines = new ArrayList<>();
    for (String clients : network.clients()) {
      lines.add("host replication %s %s scram-sha-256".formatted(replicationUser, clients));
      lines.add("host all all %s scram-sha-256".formatted(clients));
    }
    return lines;
  }

  private static String json(Object value) {
    return Json.FLAT.writeValueAsString(value);
  }

  private Path template(String name) {
    return bench.home().resolve("cluster").resolve("templates").resolve(name);
  }

  private static List<Route> routes(ClusterSpec spec, Ports ports) {
    List<Route> routes = new ArrayList<>();
    routes.add(new Route("writer", LOOPBACK, ports.of("writer")));
    routes.add(new Route("reader", LOOPBACK, ports.of("reader")));
    for (int w = 1; w <= spec.workers(); w++) {
      routes.add(new Route("worker" + w, LOOPBACK, ports.of("worker" + w)));
    }
    return routes;
  }

  private Daemon startHaproxy(
      Path root,
      Path logs,
      ClusterSpec spec,
      List<Member> members,
      List<Route> routes,
      Ports ports,
      Programs programs,
      Account account,
      Credentials credentials)
      throws IOException {
    Path folder = root.resolve("haproxy");
    account.makeFolder(folder);
    Map<String, Object> tuning = spec.tuning().haproxy();
    StringBuilder listens = new StringBuilder();
    for (Route route : routes) {
      listens.append(HaproxyRoutes.listen(route, members, tuning)).append('\n');
    }
    Map<String, String> values = new LinkedHashMap<>();
    for (Map.Entry<String, Object> entry : tuning.entrySet()) {
      values.put(camelCase(entry.getKey()), String.valueOf(entry.getValue()));
    }
    values.put("statisticsAddress", ports.address("statistics"));
    values.put("statisticsUser", credentials.statistics().user());
    values.put("statisticsPassword", credentials.statistics().password());
    values.put("routes", listens.toString().stripTrailing());
    Path configuration = folder.resolve("haproxy.cfg");
    account.write(configuration, Template.render(template("haproxy.cfg"), values));
    Path log = logs.resolve("haproxy.log");
    Process process =
        spawn(
            "haproxy",
            folder,
            log,
            account,
            List.of(),
            List.of(programs.path("haproxy").toString(), "-db", "-f", configuration.toString()));
    return new Daemon(
        "haproxy", List.of(ports.address("statistics")), log.toString(), process.pid());
  }

  private static String camelCase(String words) {
    StringBuilder text = new StringBuilder();
    for (String word : words.split("_", -1)) {
      text.append(
          text.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
    }
    return text.toString();
  }

  /** The postmaster of a member, while one runs. */
  Optional<ProcessHandle> postmaster(Member member) {
    try {
      List<String> lines = Files.readAllLines(Path.of(member.dataFolder(), "postmaster.pid"));
      return ProcessHandle.of(Long.parseLong(lines.get(0).strip()))
          .filter(processes::isOurs)
          .filter(p -> Processes.program(p.pid()).startsWith("postgres"));
    } catch (IOException | RuntimeException e) {
      return Optional.empty(); // not there, or being written
    }
  }

  /**
   * Stops everything of this home and removes its folder, in bounded time: Patroni first, so that
   * nothing is started again, then PostgreSQL, HAProxy, and etcd at last. Data is thrown away, so
   * nobody is asked to shut down with care, but PostgreSQL gets the time to give back its shared
   * memory.
   *
   * @return whether there was anything
   */
  synchronized boolean clear(Progress progress) throws IOException {
    List<ProcessHandle> all = processes.find();
    boolean any = !all.isEmpty();
    SharedMemory memory = SharedMemory.of(processes.find("postgres"));
    if (any) {
      rememberIfPossible(memory);
      // They would hold the others back while these end.
      daemons.stressors().end();
      progress.step("stopping " + all.size() + " processes");
      for (ProcessHandle p : all) {
        if (Processes.program(p.pid()).startsWith("python")) {
          Daemons.kill(p);
        }
      }
      stopPostgres();
      killUntilGone();
    }
    any |= bench.namespaces().remove();
    any |= bench.disks().remove();
    memory.remove();
    SharedMemory.remembered(bench.sharedMemory()).remove();
    Files.deleteIfExists(bench.sharedMemory());
    Files.deleteIfExists(bench.clusterFile());
    Files.deleteIfExists(bench.dir().resolve("cluster.json.new"));
    Files.deleteIfExists(bench.openFaults());
    for (Path place : bench.places()) {
      if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
        if (!BenchFolder.isOurs(place)) {
          throw new BenchException(
              BenchException.Kind.MACHINE,
              place + " is not a folder of ours (owner or permissions): look at it and remove it");
        }
        any = true;
        delete(place);
      }
    }
    return any;
  }

  /** Clears, and lets no network or file system be made any more by a start that is under way. */
  synchronized void end() throws IOException {
    ended = true;
    clear(Progress.silent());
  }

  /**
   * Removes a folder of ours, what is in it all at once: most of it is waiting for the disk. rm
   * does not follow links, not even ones that appear while it works.
   */
  static void delete(Path folder) throws IOException {
    if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      List<CompletableFuture<Void>> running = new ArrayList<>();
      try (DirectoryStream<Path> children = Files.newDirectoryStream(folder)) {
        for (Path child : children) {
          running.add(
              CompletableFuture.runAsync(
                  () -> rm(child), command -> StatusReader.daemonThread(command).start()));
        }
      }
      running.forEach(CompletableFuture::join);
    }
    rm(folder);
  }

  private static void rm(Path path) {
    try {
      Commands.Result result = Commands.run(List.of("rm", "-rf", "--", path.toString()));
      if (result.exit() != 0) {
        throw new IOException("cannot remove " + path + ": " + result.output());
      }
    } catch (IOException e) {
      throw Cluster.failed(e);
    }
  }

  private void stopPostgres() throws IOException {
    // Immediate shutdown of each postmaster: those whose parent is not itself a server of ours.
    List<ProcessHandle> servers = processes.find("postgres");
    List<Long> pids = servers.stream().map(ProcessHandle::pid).toList();
    // The shell's own kill: a minimal Debian has no other.
    List<String> command = new ArrayList<>(List.of("sh", "-c", "kill -QUIT \"$@\"", "sh"));
    int none = command.size();
    for (ProcessHandle server : servers) {
      if (server.parent().map(p -> !pids.contains(p.pid())).orElse(true)) {
        command.add(Long.toString(server.pid()));
      }
    }
    if (command.size() == none) {
      return;
    }
    Commands.run(command); // some may have ended meanwhile: no matter
    long deadline = System.nanoTime() + Duration.ofSeconds(3).toNanos();
    while (System.nanoTime() < deadline && servers.stream().anyMatch(ProcessHandle::isAlive)) {
      Waiting.millis(20);
    }
  }

  private void killUntilGone() {
    long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    int quiet = 0;
    while (quiet < 2) {
      List<ProcessHandle> left = processes.find();
      quiet = left.isEmpty() ? quiet + 1 : 0;
      for (String last : List.of("", "etcd")) {
        for (ProcessHandle p : left) {
          if (Processes.program(p.pid()).equals("etcd") == last.equals("etcd")) {
            Daemons.kill(p);
          }
        }
      }
      if (System.nanoTime() > deadline) {
        throw lost(
            "processes %s do not end after SIGKILL: is a disk hanging?"
                .formatted(left.stream().map(ProcessHandle::pid).toList()));
      }
      Waiting.millis(quiet == 0 ? 20 : 5);
    }
  }

  /** A text without the passwords of the cluster that was launched here. */
  String withoutPasswords(String text) {
    return launched.map(credentials -> Secrets.removed(text, credentials)).orElse(text);
  }

  /**
   * Copies the logs of a failed start, without its passwords, to where the next start finds them.
   */
  synchronized void keepLogs() throws IOException {
    Path kept = bench.failedStart();
    delete(kept);
    for (Path place : bench.places()) {
      Path logs = place.resolve("logs");
      if (Files.isDirectory(logs, LinkOption.NOFOLLOW_LINKS)) {
        Logs.copy(logs, kept, this::withoutPasswords);
      }
    }
  }

  /**
   * For the next command, should this one be killed. A full disk must not keep it from clearing.
   */
  private void rememberIfPossible(SharedMemory memory) {
    try {
      memory.remember(bench.sharedMemory());
    } catch (IOException e) {
      // This command removes it itself.
    }
  }

  /** Notes the shared memory that runs now: a server that is killed does not give it back. */
  void rememberSharedMemory() {
    try {
      SharedMemory.of(processes.find("postgres")).remember(bench.sharedMemory());
    } catch (IOException e) {
      throw Cluster.failed(e);
    }
  }
}
