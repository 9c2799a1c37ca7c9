@NullMarked
package dev.citusbench.session;

import org.jspecify.annotations.NullMarked;
