-- purpose: One tenant's week by status: a join of two co-located tables and an aggregate, on one shard.
-- kind: query
-- plan fdw: router
-- param: tenant_id bigint = tenant
-- param: since timestamptz = day(7)
-- param: until timestamptz = after(since, 7)
--
-- Written in two steps: PostgreSQL 15 sends no join of two partitioned tables whose partition key is a
-- constant to a worker, and would fetch all order lines of the tenant. So the orders of the week come
-- first, and then only their lines.

with o as materialized (
  select order_id, status
  from orders
  where tenant_id = :tenant_id and ordered_at >= :'since' and ordered_at < :'until'
)
select o.status, count(distinct o.order_id) as orders, sum(l.quantity) as items,
  sum(l.quantity * l.price_cents::bigint) as revenue_cents
from o
join order_lines l on l.order_id = o.order_id
where l.tenant_id = :tenant_id and l.order_id = any (array(select order_id from o))
group by o.status
order by o.status;
