-- purpose: 1,000 events of many tenants by one COPY: the coordinator sorts them by shard.
-- kind: copy
-- rows: 1000
-- plan: multi-shard
-- plan fdw: multi-shard
-- param: tenant_id bigint = tenant
-- param: event_id bigint = unique
-- param: kind text = kind
-- param: occurred_at timestamptz = time
-- param: payload jsonb = payload
--
-- EXPLAIN knows no COPY: the plan guard copies one chunk, counts the shards that Citus sends rows to, and
-- rolls back; on fdw it asks PostgreSQL which partitions the rows of one chunk belong to.
-- On fdw PostgreSQL 15 sends the rows one shard batch at a time.

copy events (tenant_id, event_id, kind, occurred_at, payload) from stdin;
