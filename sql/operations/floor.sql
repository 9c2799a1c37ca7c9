-- purpose: The floor: a statement that reads nothing, so what connection, proxy and driver cost.
-- kind: query
-- plan: local
-- plan fdw: local

select 1;
