-- purpose: The lines of one order with their products: a join with a reference table.
-- kind: query
-- plan: router
-- plan fdw: router
-- param: tenant_id bigint = tenant
-- param: order_id bigint = order(tenant_id)
--
-- On fdw the lines come from one worker, and the join with products runs on the coordinator.

select l.line_no, p.name, p.category, l.quantity, l.price_cents
from order_lines l
join products p on p.product_id = l.product_id
where l.tenant_id = :tenant_id and l.order_id = :order_id
order by l.line_no;
