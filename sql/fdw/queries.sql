-- The operations by hand, each with its plan, on the data of insert_test_data.sql.
--
--   psql -d bench -f sql/fdw/queries.sql [-v tenant_id=7] [-v order_id=107] [-v since=2024-03-01]
--
-- The files in sql/operations/ are what is measured; they run by hand as well, for example:
--   psql -d bench -v tenant_id=7 -v order_id=107 -f sql/operations/lookup-order.sql

\set ON_ERROR_STOP on
\if :{?tenant_id}
\else
  \set tenant_id 7
\endif
\if :{?order_id}
\else
  \set order_id 107
\endif
\if :{?since}
\else
  \set since 2024-03-01
\endif

-- Where the rows are: shards by table and server.
select inhparent::regclass as table_name, srvname, count(*) as shards
from pg_inherits
join pg_foreign_table on ftrelid = inhrelid
join pg_foreign_server s on s.oid = ftserver
group by 1, 2
order by 1::text, 2;

-- lookup-order: one foreign scan, the other partitions are pruned.
explain (analyze, verbose, costs off, timing off, summary off)
select order_id, customer_id, status, ordered_at, total_cents
from orders
where tenant_id = :tenant_id and order_id = :order_id;

-- tenant-dashboard: one foreign scan that joins on the worker; with "=" instead of "= any (array[...])"
-- PostgreSQL 15 would fetch both tables' rows and join them here.
explain (analyze, verbose, costs off, timing off, summary off)
select o.status, count(distinct o.order_id) as orders, sum(l.quantity) as items,
  sum(l.quantity * l.price_cents::bigint) as revenue_cents
from orders o
join order_lines l on l.tenant_id = o.tenant_id and l.order_id = o.order_id
where o.tenant_id = any (array[:tenant_id]::bigint[])
  and o.ordered_at >= :'since' and o.ordered_at < :'since'::timestamptz + interval '7 days'
group by o.status
order by o.status;

-- order-with-products: one foreign scan, joined here with the local products.
explain (analyze, verbose, costs off, timing off, summary off)
select l.line_no, p.name, p.category, l.quantity, l.price_cents
from order_lines l
join products p on p.product_id = l.product_id
where l.tenant_id = :tenant_id and l.order_id = :order_id
order by l.line_no;

-- revenue-by-day: all shards; the rows of 30 days are fetched and summed here.
explain (analyze, verbose, costs off, timing off, summary off)
select date_trunc('day', ordered_at) as day, count(*) as orders, sum(total_cents) as revenue_cents
from orders
where ordered_at >= :'since' and ordered_at < :'since'::timestamptz + interval '30 days'
group by 1
order by 1;

-- top-tenants: all shards; grouped by the partition key, so each worker groups its own.
explain (analyze, verbose, costs off, timing off, summary off)
select tenant_id, count(*) as orders, sum(total_cents) as revenue_cents
from orders
group by tenant_id
order by revenue_cents desc, tenant_id
limit 10;

-- orders-by-status: all shards; one column of every row is fetched and counted here.
explain (analyze, verbose, costs off, timing off, summary off)
select status, count(*) as orders
from orders
group by status
order by status;

-- insert-event: the plan does not tell the partition, the row does; rolled back, so that it can be tried again.
begin;
explain (verbose, costs off)
insert into events (tenant_id, event_id, kind, occurred_at, payload)
values (:tenant_id, 4611686018427387904, 'page-view', now(), '{"page": "/p/1"}');
insert into events (tenant_id, event_id, kind, occurred_at, payload)
values (:tenant_id, 4611686018427387904, 'page-view', now(), '{"page": "/p/1"}')
returning tableoid::regclass;
rollback;
