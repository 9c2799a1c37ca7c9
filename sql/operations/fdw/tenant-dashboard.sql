-- purpose: One tenant's week by status: a join of two co-located tables and an aggregate, on one shard.
-- kind: query
-- plan fdw: router
-- param: tenant_id bigint = tenant
-- param: since timestamptz = day(7)
--
-- Written "= any (array[...])": with a plain "=" PostgreSQL 15 puts the constant on both tables, drops
-- the join clause between their partition keys, sees no partitionwise join, and so fetches all order
-- lines of the tenant instead of sending the join to the worker.

select o.status, count(distinct o.order_id) as orders, sum(l.quantity) as items,
  sum(l.quantity * l.price_cents::bigint) as revenue_cents
from orders o
join order_lines l on l.tenant_id = o.tenant_id and l.order_id = o.order_id
where o.tenant_id = any (array[:tenant_id]::bigint[])
  and o.ordered_at >= :'since' and o.ordered_at < :'since'::timestamptz + interval '7 days'
group by o.status
order by o.status;
