-- A small data set by SQL alone, for trying things by hand: run after create_tables.sql, on empty tables.
--
--   psql -d bench -f sql/single/insert_test_data.sql [-v tenants=100] [-v orders_per_tenant=50]
--
-- Measurements use the loader's data instead, whose tenants differ in size.

\set ON_ERROR_STOP on
\if :{?tenants}
\else
  \set tenants 100
\endif
\if :{?orders_per_tenant}
\else
  \set orders_per_tenant 50
\endif

insert into products (product_id, name, category, price_cents)
select i, 'Product ' || i, (array['books', 'garden', 'kitchen', 'music', 'toys'])[1 + i % 5], 100 + i * 37 % 20000
from generate_series(1, 1000) i;

insert into tenants (tenant_id, name, country, plan, balance_cents, fee_cents, created_at)
select i, 'Tenant ' || i, (array['DE', 'US', 'FR', 'NL'])[1 + i % 4], (array['free', 'team', 'business'])[1 + i % 3],
  1000000, 2900, timestamptz '2023-01-01 00:00:00+00' + i % 365 * interval '1 day'
from generate_series(1, :tenants) i;

insert into orders (tenant_id, order_id, customer_id, status, ordered_at, total_cents)
select t, (o - 1) * :tenants + t, 1 + o % 20, (array['placed', 'paid', 'shipped', 'delivered', 'returned'])[1 + o % 5],
  timestamptz '2024-01-01 00:00:00+00' + ((o * 7 + t) % 365) * interval '1 day', 3 * 1000
from generate_series(1, :tenants) t, generate_series(1, :orders_per_tenant) o;

insert into order_lines (tenant_id, order_id, line_no, product_id, quantity, price_cents)
select t, (o - 1) * :tenants + t, line, 1 + (o * 31 + t * 7 + line * 13) % 1000, 1, 1000
from generate_series(1, :tenants) t, generate_series(1, :orders_per_tenant) o, generate_series(1, 3) line;

insert into events (tenant_id, event_id, kind, occurred_at, payload)
select t, (e - 1) * :tenants + t, (array['page-view', 'search', 'cart-add', 'checkout'])[1 + e % 4],
  timestamptz '2024-01-01 00:00:00+00' + ((e * 11 + t) % 365) * interval '1 day', jsonb_build_object('page', '/p/' || e)
from generate_series(1, :tenants) t, generate_series(1, :orders_per_tenant) e;

vacuum analyze tenants, products, orders, order_lines, events;
