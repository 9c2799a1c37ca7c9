-- A table of its own for each number of shards, with the same number of rows in each shard, so that a query over all
-- of it is more tasks of the same size: what fanning out costs, whatever the data. Run on the coordinator.
--
--   psql -d bench -f sql/citus/fan_out_create.sql -v table=fan_out_8 -v shards=8 -v rows=16000

drop table if exists :"table";

create table :"table" (
  id bigint not null,
  value bigint not null
);

select create_distributed_table(:'table', 'id', shard_count => :shards, colocate_with => 'none');

insert into :"table"
select id, id % 1000 from generate_series(1, :rows) as id;

vacuum analyze :"table";
