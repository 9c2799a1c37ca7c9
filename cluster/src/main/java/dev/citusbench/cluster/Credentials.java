package dev.citusbench.cluster;

/**
 * Who may do what, with passwords made at random per cluster.
 *
 * @param application what measures; owns the database, is no superuser
 * @param superuser for setting up and reading back
 * @param replication what standbys use
 * @param patroni changes through Patroni's REST API
 * @param statistics HAProxy's statistics page
 */
public record Credentials(
    Login application, Login superuser, Login replication, Login patroni, Login statistics) {}
