@NullMarked
package dev.citusbench.cluster;

import org.jspecify.annotations.NullMarked;
