-- Whether something holds now, which is the day of the release, by its first day and the first day after its last.
create macro geldt_nu(geldig_vanaf, geldig_tot) as
    geldt_op(geldig_vanaf, geldig_tot, peildag())
