package dev.citusbench.cluster;

import java.util.List;

/**
 * How a daemon was started, so that it can be started again where it was.
 *
 * @param name of the member (its Patroni), or {@code etcd1} …, or {@code haproxy}
 * @param namespace the network namespace it runs in; empty where that is the machine's
 * @param folder its working folder
 * @param log where its output goes
 * @param parent program and arguments that it runs under; empty for none
 * @param command program and arguments, without what it takes to become the daemons' account
 */
public record Launch(
    String name,
    String namespace,
    String folder,
    String log,
    List<String> parent,
    List<String> command) {}
