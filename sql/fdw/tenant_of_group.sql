-- One tenant of each worker group: where a probe asks so that it reaches that worker. The foreign
-- servers of worker N are called workerN_1, workerN_2 ….

select substring(s.srvname from '^worker([0-9]+)')::integer as group_id, min(t.tenant_id) as tenant_id
from tenants t
join pg_foreign_table f on f.ftrelid = t.tableoid
join pg_foreign_server s on s.oid = f.ftserver
group by 1
order by 1;
