package dev.citusbench.session;

import dev.citusbench.cluster.Cluster;
import dev.citusbench.cluster.ClusterSpec;
import dev.citusbench.cluster.Programs;
import dev.citusbench.cluster.Tuning;
import dev.citusbench.results.BenchException;
import dev.citusbench.results.Engine;
import dev.citusbench.results.RunFolder;
import dev.citusbench.results.RunKind;
import java.nio.file.Path;

/**
 * One measuring session: a cluster that is up, its data set loaded, and a run folder to write to.
 *
 * <p>What is there is used: the cluster that is up, the data that is loaded, the run folder of the
 * command that started this process. What is missing is made, and only what this session made is
 * stopped by {@link #close}.
 */
public final class Session implements AutoCloseable {
}
