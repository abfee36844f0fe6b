-- Pupils per location, kind and date. Several registries count the same thing: the first by `rang` that has a count is
-- kept and named. Where a location with so and vso is counted both whole and in parts, the parts say so.
with telling as (
    select h.vestigingscode, h.soort, make_date(j.kop::integer, 10, 1) as peildatum, j.ondergrens, j.bovengrens, 1 as rang,
        'leerlingen_po_historisch' as bron
    from stg_leerlingen_po_historisch h, unnest(h.leerlingen) as _ (j)
    union all
    select vestigingscode, soort, peildatum, ondergrens, bovengrens, 2, 'leerlingen_po_totaal' from stg_leerlingen_po_totaal
    union all
    select vestigingscode, soort, peildatum, ondergrens, bovengrens, 3, 'leerlingen_po_afstand' from stg_leerlingen_po_afstand
    union all
    select vestigingscode, soort, peildatum, sum(ondergrens), sum(bovengrens), 4, any_value(bron)
    from leerlingen_herkomst
    group by vestigingscode, soort, peildatum
    union all
    select vestigingscode, soort, peildatum, sum(list_sum([c.ondergrens for c in leerlingen])), sum(list_sum([c.bovengrens for c in leerlingen])),
        5, 'leerlingen_po_leeftijd'
    from stg_leerlingen_po_leeftijd
    group by all
    union all
    select vestigingscode, 'VO', editie, ondergrens, bovengrens, 1, 'leerlingen_vo_vestiging' from stg_leerlingen_vo_vestiging
    union all
    select vestigingscode, 'VO', editie, sum(list_sum([c.ondergrens for c in leerlingen])), sum(list_sum([c.bovengrens for c in leerlingen])),
        2, 'leerlingen_vo'
    from stg_leerlingen_vo
    group by all
),
eerste as (
    select * from telling
    where peildatum is not null and ondergrens is not null
    qualify row_number() over (partition by vestigingscode, soort, peildatum order by rang) = 1
)
select
    vestigingscode, soort, peildatum,
    case when ondergrens = bovengrens then ondergrens end as leerlingen,
    ondergrens, bovengrens,
    case when soort in ('SO', 'VSO') and bool_or(soort = 'SOVSO') over (partition by vestigingscode, peildatum) then 'SOVSO' end as onderdeel_van,
    bron
from eerste
