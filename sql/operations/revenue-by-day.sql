-- purpose: All tenants' revenue by day over 30 days: every shard is read, partial sums meet on the coordinator.
-- kind: query
-- plan: multi-shard
-- plan fdw: multi-shard
-- param: since timestamptz = day(30)
-- param: until timestamptz = after(since, 30)
--
-- On fdw the rows of the 30 days are fetched and summed on the coordinator: PostgreSQL 15 sends no
-- partial aggregate to a foreign server.

select date_trunc('day', ordered_at) as day, count(*) as orders, sum(total_cents) as revenue_cents
from orders
where ordered_at >= :'since' and ordered_at < :'until'
group by 1
order by 1;
