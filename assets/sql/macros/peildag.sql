-- The day for which the release says what holds now: the last one, up to the day on which it was made, on which anything in a
-- registry begins or ends.
create macro peildag() as
    (select max(dag) from peildag)
