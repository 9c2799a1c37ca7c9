/** What clients without a pool see of a fault: probes, outages, and the ledger of writes. */
@NullMarked
package dev.citusbench.gatling.probe;

import org.jspecify.annotations.NullMarked;
