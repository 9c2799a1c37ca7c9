-- All tables of fan_out_create.sql.

select format('drop table %I', relname) from pg_class where relname ~ '^fan_out_[0-9]+$' and relkind = 'r'
\gexec
