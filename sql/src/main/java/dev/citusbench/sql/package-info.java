@NullMarked
package dev.citusbench.sql;

import org.jspecify.annotations.NullMarked;
