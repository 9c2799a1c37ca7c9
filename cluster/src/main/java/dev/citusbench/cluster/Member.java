package dev.citusbench.cluster;

/**
 * One PostgreSQL with its Patroni.
 *
 * @param name for example {@code worker1-b}
 * @param group 0 is the coordinator, 1 and up are workers
 * @param port of PostgreSQL
 * @param patroniPort of Patroni's REST API, on the same address
 * @param dataFolder PostgreSQL's data directory
 * @param patroniLog Patroni's log file
 * @param postgresLog PostgreSQL's log file, and what Patroni wrote before it had its own
 * @param patroniPid process of Patroni
 * @param postgresPid postmaster when the cluster became ready; a failover changes it
 */
public record Member(
    String name,
    int group,
    String host,
    int port,
    int patroniPort,
    String dataFolder,
    String patroniLog,
    String postgresLog,
    long patroniPid,
    long postgresPid) {

  /** Patroni's REST API. */
  public String patroniUrl() {
    return "http://" + host + ":" + patroniPort;
  }

  /** How faults and reports call a group: {@code coordinator}, {@code worker1} …. */
  public static String groupName(int group) {
    return group == 0 ? "coordinator" : "worker" + group;
  }

  Member withPids(long patroni, long postgres) {
    return new Member(
        name,
        group,
        host,
        port,
        patroniPort,
        dataFolder,
        patroniLog,
        postgresLog,
        patroni,
        postgres);
  }
}
