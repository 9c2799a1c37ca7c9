-- purpose: A day of all tenants is rolled up into a co-located table: every shard reads and writes its own rows.
-- kind: query
-- plan: multi-shard
-- unsupported fdw: PostgreSQL sends no INSERT … SELECT to a foreign server, and a foreign table knows no ON CONFLICT DO UPDATE
-- param: since timestamptz = day(1)
-- param: until timestamptz = after(since, 1)
--
-- A day that was rolled up before gets the same figures again: there are at most 365 rows a tenant.

insert into daily_revenue (tenant_id, day, orders, revenue_cents)
select tenant_id, (ordered_at at time zone 'UTC')::date, count(*), sum(total_cents)
from orders
where ordered_at >= :'since' and ordered_at < :'until'
group by 1, 2
on conflict (tenant_id, day) do update
set orders = excluded.orders, revenue_cents = excluded.revenue_cents;
