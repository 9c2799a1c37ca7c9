-- purpose: One tenant's week by status: a join of two co-located tables and an aggregate, on one shard.
-- kind: query
-- plan: router
-- plan fdw: router
-- param: tenant_id bigint = tenant
-- param: since timestamptz = day(7)
-- param: until timestamptz = after(since, 7)

select o.status, count(distinct o.order_id) as orders, sum(l.quantity) as items,
  sum(l.quantity * l.price_cents::bigint) as revenue_cents
from orders o
join order_lines l on l.tenant_id = o.tenant_id and l.order_id = o.order_id
where o.tenant_id = :tenant_id
  and o.ordered_at >= :'since' and o.ordered_at < :'until'
group by o.status
order by o.status;
