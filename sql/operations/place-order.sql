-- purpose: A customer places an order: one transaction of one tenant, four statements that write.
-- kind: transaction
-- plan: router
-- plan fdw: router
-- param: tenant_id bigint = tenant
-- param: order_id bigint = unique
-- param: customer_id bigint = integer(1, 50)
-- param: product_1 bigint = product
-- param: product_2 bigint = product
-- param: product_3 bigint = product
-- param: quantity integer = integer(1, 5)
-- param: price_cents integer = integer(100, 20000)
-- param: event_id bigint = unique
-- param: payload jsonb = payload

insert into orders (tenant_id, order_id, customer_id, status, ordered_at, total_cents)
values (:tenant_id, :order_id, :customer_id, 'placed', now(), 0);

insert into order_lines (tenant_id, order_id, line_no, product_id, quantity, price_cents)
values
  (:tenant_id, :order_id, 1, :product_1, :quantity, :price_cents),
  (:tenant_id, :order_id, 2, :product_2, :quantity, :price_cents),
  (:tenant_id, :order_id, 3, :product_3, :quantity, :price_cents);

update orders
set status = 'paid',
  total_cents = (
    select sum(quantity * price_cents::bigint)
    from order_lines
    where tenant_id = :tenant_id and order_id = :order_id)
where tenant_id = :tenant_id and order_id = :order_id;

insert into events (tenant_id, event_id, kind, occurred_at, payload)
values (:tenant_id, :event_id, 'order-placed', now(), :'payload');
