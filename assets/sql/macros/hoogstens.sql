-- The most that a part of a whole can be: its own upper bound, or what the other parts leave at their least of the whole at its greatest.
-- `alle_ondergrens` is the sum over all parts, this one included.
create macro hoogstens(ondergrens, bovengrens, geheel_bovengrens, alle_ondergrens) as
    least(bovengrens, geheel_bovengrens - (alle_ondergrens - ondergrens))
