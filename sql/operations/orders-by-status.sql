-- purpose: All orders counted by status: every row of every shard is read, a few rows come back.
-- kind: query
-- plan: multi-shard
-- plan fdw: multi-shard
--
-- On fdw one column of every row is fetched and counted on the coordinator.

select status, count(*) as orders
from orders
group by status
order by status;
