-- One tenant of each worker group: where a probe asks so that it reaches that worker. Any bigint is a
-- tenant to the distribution function, whether or not it has rows.

select p.groupid as group_id, min(tenant_id) as tenant_id
from generate_series(1, 1000) tenant_id
join pg_dist_placement p
  on p.shardid = get_shard_id_for_distribution_column('tenants', tenant_id)
group by p.groupid
order by p.groupid;
