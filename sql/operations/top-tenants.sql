-- purpose: The ten tenants with the most revenue: grouped by the distribution key, so each shard groups its own.
-- kind: query
-- plan: multi-shard
-- plan fdw: multi-shard

select tenant_id, count(*) as orders, sum(total_cents) as revenue_cents
from orders
group by tenant_id
order by revenue_cents desc, tenant_id
limit 10;
