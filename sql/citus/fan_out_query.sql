-- Each shard is a task; the partial sums meet on the coordinator.

select count(*), sum(value) from :"table";
