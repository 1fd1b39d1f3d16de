# @name found
# @sql connection=warehouse write=true
# @cache snapshot
SELECT * FROM t WHERE id = :base
