-- Pupils by the SWV where they live and the SWV where their school stands. DUO's table of pupils per SWV and home postcode4 hides
-- fewer cells than the one per location, so it is used for the dates it has; locations outside the SWVs it lacks.
with gepubliceerd as (
    select swv_code, case soort when 'VSO' then 'VO' else 'PO' end as sector, soort, peildatum, ondergrens, bovengrens,
        case postcode4_leerling when '10' then 'buitenland' when '20' then 'buitenland' when '30' then 'buitenland' when '40' then 'onbekend'
            when '9999' then 'onbekend' else coalesce(postcode4_leerling, 'onbekend') end as herkomst
    from stg_leerlingen_swv_postcode4
    where ondergrens is not null
),
stroom as (
    select case when length(g.herkomst) > 4 then g.herkomst else coalesce(r.swv_code, 'niet ingedeeld') end as woon_swv,
        g.swv_code as vestigings_swv, g.soort, g.peildatum, g.ondergrens, g.bovengrens, 'leerlingen_swv_postcode4' as bron
    from gepubliceerd g
    left join postcode4_swv r on r.postcode4 = g.herkomst and r.sector = g.sector
        and geldt_op(r.geldig_vanaf, r.geldig_tot, g.peildatum)
    union all
    select woon_swv, vestigings_swv, soort, peildatum, ondergrens, bovengrens, bron
    from leerlingen_herkomst
    where peildatum >= date '2014-08-01'
        and (vestigings_swv = 'buiten de samenwerkingsverbanden' or peildatum not in (select peildatum from gepubliceerd))
)
select
    woon_swv, vestigings_swv, soort, peildatum, case when sum(ondergrens) = sum(bovengrens) then sum(ondergrens)::bigint end as leerlingen,
    sum(ondergrens)::bigint as ondergrens, sum(bovengrens)::bigint as bovengrens, max(bron) as bron
from stroom
where bovengrens > 0
group by woon_swv, vestigings_swv, soort, peildatum
