@NullMarked
package dev.citusbench.gatling;

import org.jspecify.annotations.NullMarked;
