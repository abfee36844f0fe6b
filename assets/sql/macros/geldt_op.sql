-- Whether something holds on a day, by its first day and the first day after its last: it has begun by then, and has not ended.
-- Without a first day it holds since ever, without an end it is open.
create macro geldt_op(geldig_vanaf, geldig_tot, datum) as
    coalesce(geldig_vanaf, date '0001-01-01') <= datum and coalesce(geldig_tot, date '9999-12-31') > datum
