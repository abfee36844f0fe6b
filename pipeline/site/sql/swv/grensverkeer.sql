-- Flows with every other SWV, and with what is none, of the newest date of each kind. Of schools that are likely in one SWV, and else in
-- another, none and all of the pupils may count in either.
with nieuwste as (
    select * from grensverkeer
    qualify peildatum = max(peildatum) over (partition by soort)
),
beide as (
    select vestigings_swv as sleutel, 'in' as richting, woon_swv as ander, soort, peildatum,
        if(vestigings_swv_anders = '-', ondergrens, 0) as ondergrens, bovengrens
    from nieuwste
    union all
    select vestigings_swv_anders, 'in', woon_swv, soort, peildatum, 0, bovengrens from nieuwste where vestigings_swv_anders != '-'
    union all
    select woon_swv, 'uit', vestigings_swv, soort, peildatum, if(vestigings_swv_anders = '-', ondergrens, 0), bovengrens from nieuwste
)
select
    sleutel, richting, ander, year(max(peildatum)) as jaar, sum(ondergrens)::bigint as ondergrens, sum(bovengrens)::bigint as bovengrens
from beide
semi join samenwerkingsverband on swv_code = sleutel
where sleutel != ander
group by sleutel, richting, ander
order by richting, ondergrens desc, bovengrens desc, ander
