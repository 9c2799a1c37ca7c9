-- The shards of one worker on stock PostgreSQL: run on every worker before create_tables.sql runs on
-- the coordinator. Shard i of shard_count lies on worker 1 + i % workers.
--
--   psql -h <worker 1> -d bench -v worker=1 -v workers=2 [-v shard_count=32] -f sql/fdw/create_shards.sql
--   psql -h <worker 2> -d bench -v worker=2 -v workers=2 [-v shard_count=32] -f sql/fdw/create_shards.sql

\set ON_ERROR_STOP on
\if :{?shard_count}
\else
  \set shard_count 32
\endif

select format('create table tenants_%s (
    tenant_id bigint not null,
    name text not null,
    country text not null,
    plan text not null,
    balance_cents bigint not null,
    fee_cents integer not null,
    created_at timestamptz not null,
    primary key (tenant_id))', shard)
from generate_series(:worker - 1, :shard_count - 1, :workers) shard \gexec

select format('create table orders_%s (
    tenant_id bigint not null,
    order_id bigint not null,
    customer_id bigint not null,
    status text not null,
    ordered_at timestamptz not null,
    total_cents bigint not null,
    primary key (tenant_id, order_id))', shard)
from generate_series(:worker - 1, :shard_count - 1, :workers) shard \gexec

select format('create index orders_%s_by_time on orders_%s (tenant_id, ordered_at)', shard, shard)
from generate_series(:worker - 1, :shard_count - 1, :workers) shard \gexec

select format('create table order_lines_%s (
    tenant_id bigint not null,
    order_id bigint not null,
    line_no integer not null,
    product_id bigint not null,
    quantity integer not null,
    price_cents integer not null,
    primary key (tenant_id, order_id, line_no))', shard)
from generate_series(:worker - 1, :shard_count - 1, :workers) shard \gexec

select format('create table events_%s (
    tenant_id bigint not null,
    event_id bigint not null,
    kind text not null,
    occurred_at timestamptz not null,
    payload jsonb not null,
    primary key (tenant_id, event_id))', shard)
from generate_series(:worker - 1, :shard_count - 1, :workers) shard \gexec

select format('create table daily_revenue_%s (
    tenant_id bigint not null,
    day date not null,
    orders bigint not null,
    revenue_cents bigint not null,
    primary key (tenant_id, day))', shard)
from generate_series(:worker - 1, :shard_count - 1, :workers) shard \gexec

select format('create table ledger_%s (
    tenant_id bigint not null,
    entry_id bigint not null,
    written_at timestamptz not null default now(),
    primary key (tenant_id, entry_id))', shard)
from generate_series(:worker - 1, :shard_count - 1, :workers) shard \gexec
