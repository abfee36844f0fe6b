-- Since which year pupils of a kind are counted as on this day: no series goes across a change of it; null has no such year. The overview
-- holds few special schools of before the WPO and the WEC (1 August 1998), and in 2010 its sbo, so and vso rise by a quarter and a sixth at
-- the same schools, of which no source says why.
create macro reeks_sinds(soort, peildatum) as
    case
        when lower(soort) in ('bo', 'vo') or year(peildatum) < 1998 then null
        when year(peildatum) < 2010 then 1998
        else 2010
    end
