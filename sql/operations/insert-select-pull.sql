-- purpose: The rows of insert-select-pushdown, by way of the coordinator: it alone can keep the limit.
-- kind: query
-- plan: multi-shard, pull to coordinator
-- unsupported fdw: a foreign table knows no ON CONFLICT DO UPDATE
-- param: since timestamptz = day(1)
-- param: until timestamptz = after(since, 1)
--
-- The limit leaves no row out. Citus pulls the groups of all shards to the coordinator, and sends the
-- rows to their shards again.

insert into daily_revenue (tenant_id, day, orders, revenue_cents)
select tenant_id, (ordered_at at time zone 'UTC')::date, count(*), sum(total_cents)
from orders
where ordered_at >= :'since' and ordered_at < :'until'
group by 1, 2
order by 1, 2
limit 1000000000
on conflict (tenant_id, day) do update
set orders = excluded.orders, revenue_cents = excluded.revenue_cents;
