-- purpose: Money goes from a tenant of one worker to a tenant of another: one transaction, two shards, two-phase commit.
-- kind: transaction
-- plan: fast-path
-- plan fdw: router
-- param: from_tenant bigint = worker_tenant(1)
-- param: to_tenant bigint = worker_tenant(2)
-- param: cents bigint = integer(-500, 500)
--
-- The plan class is that of each statement; what costs is the commit, which Citus prepares on both
-- workers first. The first worker's row is locked first whichever way the money goes, so that
-- transfers never wait for each other in a circle. The sum of all balances stays what it was.
-- On fdw the commit is sent to both workers at once, and nothing makes it atomic. On single it is local.

update tenants
set balance_cents = balance_cents - :cents
where tenant_id = :from_tenant;

update tenants
set balance_cents = balance_cents + :cents
where tenant_id = :to_tenant;
