-- Pupils in po by the postcode4 where they live and by age, for the dates on which a registry gives both. Those who live
-- abroad or nobody knows where stand in leerlingen_postcode4 alone.
with cel as (
    select postcode4_leerling as postcode4, soort, peildatum, unnest(leerlingen) as c
    from stg_leerlingen_po_postcode4
    where length(postcode4_leerling) = 4
),
telling as (
    select postcode4, soort, peildatum, c.kop as leeftijd, sum(c.ondergrens)::bigint as ondergrens, sum(c.bovengrens)::bigint as bovengrens
    from cel
    where c.bovengrens > 0
    group by postcode4, soort, peildatum, c.kop
)
select
    t.postcode4, t.soort, t.peildatum, t.leeftijd, p.woon_swv,
    case when t.ondergrens = t.bovengrens then t.ondergrens end as leerlingen, t.ondergrens, t.bovengrens
from telling t
join leerlingen_postcode4 p on p.herkomst = t.postcode4 and p.soort = t.soort and p.peildatum = t.peildatum
