-- purpose: One order by its key: the cheapest read that reaches a worker.
-- kind: query
-- plan: fast-path
-- plan fdw: router
-- param: tenant_id bigint = tenant
-- param: order_id bigint = order(tenant_id)

select order_id, customer_id, status, ordered_at, total_cents
from orders
where tenant_id = :tenant_id and order_id = :order_id;
