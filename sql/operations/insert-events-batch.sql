-- purpose: 100 events of one tenant as one JDBC batch in one transaction.
-- kind: batch
-- rows: 100
-- plan: router
-- plan fdw: router
-- param: tenant_id bigint = once tenant
-- param: event_id bigint = unique
-- param: kind text = kind
-- param: payload jsonb = payload
--
-- The plan is that of one row. With reWriteBatchedInserts the driver makes multi-row INSERTs of the batch.

insert into events (tenant_id, event_id, kind, occurred_at, payload)
values (:tenant_id, :event_id, :'kind', now(), :'payload');
