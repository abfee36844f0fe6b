-- What the areas of the SWVs are made of: the SWVs, the postcode4s with the SWV whose region they lie in now and, where there
-- is one, their own area, and the boundaries of the gemeenten; of each registry the newest edition at hand.
-- apply: areas
with nu as (
    select
        postcode4,
        any_value(swv_code) filter (sector = 'PO') as swv_po,
        any_value(swv_code) filter (sector = 'VO') as swv_vo
    from postcode4_swv
    where geldt_nu(geldig_vanaf, geldig_tot)
    group by postcode4
),
vlak as (
    select postcode4, geometrie, editie from stg_postcode4_vlakken
    where editie is not distinct from (select max(editie) from stg_postcode4_vlakken)
)
select
    'swv' as soort, swv_code as code, null as swv_po, null as swv_vo, null as gemeentenummer, null as latitude, null as longitude,
    null as geometrie, null as editie,
    case when landelijk then 'het hele land: een landelijk samenwerkingsverband heeft geen eigen gebied'
        when einddatum <= peildag() then 'beëindigd: het gebied hoort nu bij een ander samenwerkingsverband'
        when begindatum > peildag() then 'begint op ' || begindatum || ': het gebied hoort nu nog bij een ander samenwerkingsverband'
    end as reden
from samenwerkingsverband
union all
select
    'postcode4', n.postcode4, n.swv_po, n.swv_vo, p.gemeentenummer, p.latitude, p.longitude, v.geometrie, v.editie, null
from nu n
left join postcode4 p using (postcode4)
left join vlak v using (postcode4)
union all
select 'gemeente', gemeentenummer, null, null, gemeentenummer, null, null, geometrie, editie, null
from stg_gemeenten_grenzen
where editie is not distinct from (select max(editie) from stg_gemeenten_grenzen)
