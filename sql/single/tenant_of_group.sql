-- One tenant of each group that holds shards: here the only group holds everything.

select 0 as group_id, min(tenant_id) as tenant_id
from tenants;
