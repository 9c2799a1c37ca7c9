-- Drops what create_tables.sql or a load made, with all data.
--
--   psql -d bench -f sql/citus/drop_tables.sql

\set ON_ERROR_STOP on
set client_min_messages = warning;

drop table if exists bench_load, ledger, daily_revenue, events, order_lines, orders, products, tenants;
