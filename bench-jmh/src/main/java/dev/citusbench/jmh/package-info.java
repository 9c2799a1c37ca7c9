@NullMarked
package dev.citusbench.jmh;

import org.jspecify.annotations.NullMarked;
