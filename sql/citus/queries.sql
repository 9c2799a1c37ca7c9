-- The operations by hand, each with its plan, on the data of insert_test_data.sql.
--
--   psql -d bench -f sql/citus/queries.sql [-v tenant_id=7] [-v order_id=107] [-v since=2024-03-01] [-v until=2024-03-31]
--
-- The files in sql/operations/ are what is measured; they run by hand as well, for example:
--   psql -d bench -v tenant_id=7 -v order_id=107 -f sql/operations/lookup-order.sql
-- repartition-join needs a setting of its session; its file says how.

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
\if :{?until}
\else
  \set until 2024-03-31
\endif

-- Where the rows are: shards by table and node.
select table_name, nodename, nodeport, count(*) as shards, pg_size_pretty(sum(shard_size)) as size
from citus_shards
group by table_name, nodename, nodeport
order by 1, 2, 3;

-- lookup-order: fast-path, one task.
explain (analyze, costs off, timing off, summary off)
select order_id, customer_id, status, ordered_at, total_cents
from orders
where tenant_id = :tenant_id and order_id = :order_id;

-- tenant-dashboard: router, one task, the join runs on the worker.
explain (analyze, costs off, timing off, summary off)
select o.status, count(distinct o.order_id) as orders, sum(l.quantity) as items,
  sum(l.quantity * l.price_cents::bigint) as revenue_cents
from orders o
join order_lines l on l.tenant_id = o.tenant_id and l.order_id = o.order_id
where o.tenant_id = :tenant_id
  and o.ordered_at >= :'since' and o.ordered_at < :'until'
group by o.status
order by o.status;

-- order-with-products: router, joined with the worker's own copy of the reference table.
explain (analyze, costs off, timing off, summary off)
select l.line_no, p.name, p.category, l.quantity, l.price_cents
from order_lines l
join products p on p.product_id = l.product_id
where l.tenant_id = :tenant_id and l.order_id = :order_id
order by l.line_no;

-- revenue-by-day: multi-shard, partial sums from every shard.
explain (analyze, costs off, timing off, summary off)
select date_trunc('day', ordered_at) as day, count(*) as orders, sum(total_cents) as revenue_cents
from orders
where ordered_at >= :'since' and ordered_at < :'until'
group by 1
order by 1;

-- top-tenants: multi-shard, grouped by the distribution key, so each shard groups its own.
explain (analyze, costs off, timing off, summary off)
select tenant_id, count(*) as orders, sum(total_cents) as revenue_cents
from orders
group by tenant_id
order by revenue_cents desc, tenant_id
limit 10;

-- orders-by-status: multi-shard.
explain (analyze, costs off, timing off, summary off)
select status, count(*) as orders
from orders
group by status
order by status;

-- insert-event: router; rolled back, so that it can be tried again.
begin;
explain (costs off)
insert into events (tenant_id, event_id, kind, occurred_at, payload)
values (:tenant_id, 4611686018427387904, 'page-view', now(), '{"page": "/p/1"}');
insert into events (tenant_id, event_id, kind, occurred_at, payload)
values (:tenant_id, 4611686018427387904, 'page-view', now(), '{"page": "/p/1"}');
rollback;
