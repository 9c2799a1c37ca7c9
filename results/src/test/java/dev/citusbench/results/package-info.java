@NullMarked
package dev.citusbench.results;

import org.jspecify.annotations.NullMarked;
