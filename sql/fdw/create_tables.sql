-- A multi-tenant shop on stock PostgreSQL: hash partitions by tenant_id, each a foreign table whose
-- rows are on a worker. Run create_shards.sql on each worker first, then this on the coordinator.
--
--   PGPASSWORD=... psql -d bench -v workers=host1:port1,host2:port2 [-v shard_count=32] \
--       [-v servers_per_worker=4] [-v worker_user=postgres] -f sql/fdw/create_tables.sql
--
-- workers are the addresses that clients use, so that behind a proxy a worker's failover changes
-- nothing here; worker_password is taken from PGPASSWORD where it is not given.
--
-- What runs on the workers: filters on the distribution key or any other column, and an aggregate that
-- is grouped by tenant_id, shard by shard. What does not: an aggregate over all tenants that is not
-- grouped by tenant_id (PostgreSQL fetches the rows and aggregates here); a join of two distributed
-- tables for one given tenant (PostgreSQL 15 drops the join clause between their partition keys and
-- joins here); and a join with products, which is a plain table of the coordinator (postgres_fdw never
-- sends a local table's rows to a worker; a copy on each worker would not be used, so there is none).
--
-- One foreign server is one connection a session, and one connection runs one query at a time: several
-- servers a worker let its shards be read at the same time (async_capable), and bound the connections
-- that one session can open to workers * servers_per_worker. Co-located shards share a server.
-- Estimates are made here from ANALYZE of the foreign tables (use_remote_estimate would ask the worker
-- for each plan). The remote transaction is REPEATABLE READ, and a transaction over two workers is not
-- atomic: there is no two-phase commit.

\set ON_ERROR_STOP on
\if :{?shard_count}
\else
  \set shard_count 32
\endif
\if :{?servers_per_worker}
\else
  \set servers_per_worker 4
\endif
\if :{?worker_user}
\else
  \set worker_user postgres
\endif
\if :{?worker_password}
\else
  \getenv worker_password PGPASSWORD
\endif

set client_min_messages = warning;
create extension if not exists postgres_fdw;

select format('create server worker%s_%s foreign data wrapper postgres_fdw options (
    host %L, port %L, dbname %L, connect_timeout ''5'', fetch_size ''10000'', batch_size ''1000'',
    async_capable ''true'', parallel_commit ''true'', use_remote_estimate ''false'')',
    worker, server, regexp_replace(address, ':[0-9]+$', ''), substring(address from '[0-9]+$'), :'DBNAME')
from regexp_split_to_table(:'workers', ',') with ordinality w(address, worker),
  generate_series(1, :servers_per_worker) server \gexec

select format('create user mapping for public server %I options (user %L, password %L)',
    srvname, :'worker_user', :'worker_password')
from pg_foreign_server
where srvname ~ '^worker[0-9]+_[0-9]+$' \gexec

create table tenants (
  tenant_id bigint not null,
  name text not null,
  country text not null,
  plan text not null,
  balance_cents bigint not null,
  fee_cents integer not null,
  created_at timestamptz not null
) partition by hash (tenant_id);

create table products (
  product_id bigint not null,
  name text not null,
  category text not null,
  price_cents integer not null,
  primary key (product_id)
);

create table orders (
  tenant_id bigint not null,
  order_id bigint not null,
  customer_id bigint not null,
  status text not null,
  ordered_at timestamptz not null,
  total_cents bigint not null
) partition by hash (tenant_id);

create table order_lines (
  tenant_id bigint not null,
  order_id bigint not null,
  line_no integer not null,
  product_id bigint not null,
  quantity integer not null,
  price_cents integer not null
) partition by hash (tenant_id);

create table events (
  tenant_id bigint not null,
  event_id bigint not null,
  kind text not null,
  occurred_at timestamptz not null,
  payload jsonb not null
) partition by hash (tenant_id);

-- Orders and revenue by tenant and day: what the rollups of the operations write, over and over.
create table daily_revenue (
  tenant_id bigint not null,
  day date not null,
  orders bigint not null,
  revenue_cents bigint not null
) partition by hash (tenant_id);

-- The write ledger: a writer notes what was acknowledged, and reads back later what is there.
create table ledger (
  tenant_id bigint not null,
  entry_id bigint not null,
  written_at timestamptz not null default now()
) partition by hash (tenant_id);

select format('create foreign table %s_%s partition of %s for values with (modulus %s, remainder %s)
    server worker%s_%s options (table_name %L)',
    parent, shard, parent, :shard_count, shard,
    1 + shard % workers, 1 + shard / workers % :servers_per_worker, format('%s_%s', parent, shard))
from generate_series(0, :shard_count - 1) shard,
  unnest(array['tenants', 'orders', 'order_lines', 'events', 'daily_revenue', 'ledger']) parent,
  array_length(regexp_split_to_array(:'workers', ','), 1) workers \gexec

-- Both are off by default, and both are what lets a join or an aggregate run shard by shard.
alter database :"DBNAME" set enable_partitionwise_join = on;
alter database :"DBNAME" set enable_partitionwise_aggregate = on;
