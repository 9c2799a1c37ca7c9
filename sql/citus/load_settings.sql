-- Settings of a session that loads: by default a COPY opens a connection for each shard and closes all
-- but one at its end, so that opening them anew for the next table costs more than it gives.

set citus.max_adaptive_executor_pool_size = 4;
set citus.max_cached_conns_per_worker = 4;
