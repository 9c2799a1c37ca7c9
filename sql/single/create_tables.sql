-- A multi-tenant shop on one PostgreSQL, undistributed: the baseline without any network between nodes.
--
--   psql -d bench -f sql/single/create_tables.sql

\set ON_ERROR_STOP on

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
