-- What the areas of the SWVs are made of: the SWVs, the postcode4s with their regions through time and, where there is one,
-- their own area, and the boundaries of the gemeenten; of each registry the newest edition at hand. Borders are those of now on every
-- day: no registry gives the areas of postcode4s as they were.
-- apply: areas
with vlak as (
    select postcode4, geometrie, editie from stg_postcode4_vlakken
    where editie is not distinct from (select max(editie) from stg_postcode4_vlakken)
)
select
    'swv' as soort, swv_code as code, null as swv, coalesce(begindatum, date '2014-08-01') as vanaf, einddatum as tot,
    null as gemeentenummer, null as latitude, null as longitude, null as geometrie, null as editie,
    case when landelijk then 'het hele land: een landelijk samenwerkingsverband heeft geen eigen gebied'
        when einddatum <= peildag() then 'beëindigd: het gebied hoort nu bij een ander samenwerkingsverband'
        when begindatum > peildag() then 'begint op ' || begindatum || ': het gebied hoort nu nog bij een ander samenwerkingsverband'
    end as reden,
    peildag() as peildag
from samenwerkingsverband
union all
select 'regio', postcode4, swv_code, geldig_vanaf, geldig_tot, null, null, null, null, null, null, peildag()
from postcode4_swv
union all
select 'postcode4', n.postcode4, null, null, null, p.gemeentenummer, p.latitude, p.longitude, v.geometrie, v.editie, null, peildag()
from (select distinct postcode4 from postcode4_swv) n
left join postcode4 p using (postcode4)
left join vlak v using (postcode4)
union all
select 'gemeente', gemeentenummer, null, null, null, gemeentenummer, null, null, geometrie, editie, null, peildag()
from stg_gemeenten_grenzen
where editie is not distinct from (select max(editie) from stg_gemeenten_grenzen) and coalesce(water, 'NEE') = 'NEE'
