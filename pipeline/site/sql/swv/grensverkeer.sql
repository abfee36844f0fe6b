-- Flows with every other SWV, and with what is none, of the newest date of each kind.
with nieuwste as (
    select * from grensverkeer
    qualify peildatum = max(peildatum) over (partition by soort)
),
beide as (
    select vestigings_swv as sleutel, 'in' as richting, woon_swv as ander, soort, peildatum, ondergrens, bovengrens from nieuwste
    union all
    select woon_swv, 'uit', vestigings_swv, soort, peildatum, ondergrens, bovengrens from nieuwste
)
select
    sleutel, richting, ander, year(max(peildatum)) as jaar, sum(ondergrens)::bigint as ondergrens, sum(bovengrens)::bigint as bovengrens
from beide
semi join samenwerkingsverband on swv_code = sleutel
where sleutel != ander
group by sleutel, richting, ander
order by richting, ondergrens desc, bovengrens desc, ander
