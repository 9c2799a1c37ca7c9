-- purpose: The ten products that two tenants of two workers sell most of: a join without the distribution key.
-- kind: query
-- plan: repartition
-- plan fdw: multi-shard
-- param: tenant_a bigint = worker_tenant(1)
-- param: tenant_b bigint = worker_tenant(2)
--
-- Citus cuts the lines of each tenant into pieces by product, and each piece is fetched by the node
-- that joins it, over a connection opened for that: shards × pieces of them. So the shards are two here;
-- over all shards of both tables the same join takes seconds, whatever the rows.
-- Citus does it only where citus.enable_repartition_joins is on, as it is in every session of the suite; by hand:
--   PGOPTIONS='-c citus.enable_repartition_joins=on' psql -d bench -v tenant_a=1 -v tenant_b=2 -f sql/operations/repartition-join.sql
-- On fdw the lines of both tenants are fetched, and joined on the coordinator.

select a.product_id, sum(a.quantity + b.quantity) as quantity
from order_lines a
join order_lines b on b.product_id = a.product_id
where a.tenant_id = :tenant_a and b.tenant_id = :tenant_b
group by a.product_id
order by quantity desc, a.product_id
limit 10;
