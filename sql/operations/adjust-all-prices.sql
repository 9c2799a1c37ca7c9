-- purpose: A new price list: every tenant's fee is set anew, a write to all shards that commits in two phases.
-- kind: query
-- plan: multi-shard
-- plan fdw: multi-shard
-- param: team_cents integer = integer(1000, 2000)
-- param: business_cents integer = integer(3000, 6000)
-- param: enterprise_cents integer = integer(10000, 20000)
--
-- The last list holds, so fees do not drift; nothing else reads them. Citus lets one such update run at a
-- time. On fdw each shard is updated by its worker, one after the other, and nothing makes it atomic.

update tenants
set fee_cents = case plan
  when 'free' then 0
  when 'team' then :team_cents
  when 'business' then :business_cents
  else :enterprise_cents
end;
