-- Drops what create_shards.sql made on this worker, with all data, whatever the number of shards.
--
--   psql -h <worker> -d bench -f sql/fdw/drop_shards.sql

\set ON_ERROR_STOP on

select format('drop table %I', relname)
from pg_class
where relkind = 'r'
  and relnamespace = 'public'::regnamespace
  and relname ~ '^(tenants|orders|order_lines|events|daily_revenue|ledger)_[0-9]+$' \gexec
