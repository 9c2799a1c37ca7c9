-- purpose: One row, one statement, one commit.
-- kind: query
-- plan: router
-- plan fdw: router
-- param: tenant_id bigint = tenant
-- param: event_id bigint = unique
-- param: kind text = kind
-- param: payload jsonb = payload

insert into events (tenant_id, event_id, kind, occurred_at, payload)
values (:tenant_id, :event_id, :'kind', now(), :'payload');
