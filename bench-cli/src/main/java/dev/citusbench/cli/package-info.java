@NullMarked
package dev.citusbench.cli;

import org.jspecify.annotations.NullMarked;
