-- Drops what create_tables.sql or a load made on the coordinator; drop_shards.sql does so on the workers.
--
--   psql -d bench -f sql/fdw/drop_tables.sql

\set ON_ERROR_STOP on
set client_min_messages = warning;

drop table if exists bench_load, ledger, daily_revenue, events, order_lines, orders, products, tenants;

select format('drop server %I cascade', srvname)
from pg_foreign_server
where srvname ~ '^worker[0-9]+_[0-9]+$' \gexec
