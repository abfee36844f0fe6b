-- The least that a part of a whole can be: its own lower bound, or what the other parts leave at their greatest of the whole at its least.
-- `alle_bovengrens` is the sum over all parts, this one included.
create macro minstens(ondergrens, bovengrens, geheel_ondergrens, alle_bovengrens) as
    greatest(ondergrens, geheel_ondergrens - (alle_bovengrens - bovengrens))
