-- A multi-tenant shop on Citus: run on the coordinator.
--
--   psql -d bench -f sql/citus/create_tables.sql [-v shard_count=32]
--
-- tenants, orders, order_lines, events, daily_revenue and ledger are distributed by tenant_id and co-located: all
-- rows of one tenant are on one node, so that its joins and transactions are router queries.
-- products is a reference table: every node has all of it. No foreign keys: they would be checked
-- row by row during a load, and no operation depends on them.

\set ON_ERROR_STOP on
\if :{?shard_count}
\else
  \set shard_count 32
\endif

create extension if not exists citus;

create table tenants (
  tenant_id bigint not null,
  name text not null,
  country text not null,
  plan text not null,
  balance_cents bigint not null,
  fee_cents integer not null,
  created_at timestamptz not null,
  primary key (tenant_id)
);

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
  total_cents bigint not null,
  primary key (tenant_id, order_id)
);

create index orders_by_time on orders (tenant_id, ordered_at);

create table order_lines (
  tenant_id bigint not null,
  order_id bigint not null,
  line_no integer not null,
  product_id bigint not null,
  quantity integer not null,
  price_cents integer not null,
  primary key (tenant_id, order_id, line_no)
);

create table events (
  tenant_id bigint not null,
  event_id bigint not null,
  kind text not null,
  occurred_at timestamptz not null,
  payload jsonb not null,
  primary key (tenant_id, event_id)
);

-- Orders and revenue by tenant and day: what the rollups of the operations write, over and over.
create table daily_revenue (
  tenant_id bigint not null,
  day date not null,
  orders bigint not null,
  revenue_cents bigint not null,
  primary key (tenant_id, day)
);

-- The write ledger: a writer notes what was acknowledged, and reads back later what is there.
create table ledger (
  tenant_id bigint not null,
  entry_id bigint not null,
  written_at timestamptz not null default now(),
  primary key (tenant_id, entry_id)
);

select create_distributed_table('tenants', 'tenant_id', shard_count := :shard_count, colocate_with := 'none');
select create_distributed_table('orders', 'tenant_id', colocate_with := 'tenants');
select create_distributed_table('order_lines', 'tenant_id', colocate_with := 'tenants');
select create_distributed_table('events', 'tenant_id', colocate_with := 'tenants');
select create_distributed_table('daily_revenue', 'tenant_id', colocate_with := 'tenants');
select create_distributed_table('ledger', 'tenant_id', colocate_with := 'tenants');
select create_reference_table('products');
