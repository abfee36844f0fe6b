-- Every postcode4 that any source knows, with what its centre is found by: its own area, the place list's centre, and the boundaries
-- of the gemeenten. Its gemeente is taken from the first of four kinds of evidence that is unambiguous; a name counts only when
-- exactly one current gemeente bears it (with or without CBS's suffix).
-- apply: centres
with recursive bekend as (
    select postcode4 from stg_postcode4
    union select postcode4 from stg_postcode4_vlakken
    union select postcode4 from stg_swv_regio_wettelijk
    union select unnest(regexp_extract_all(postcodecijfers, '\d{4}')) from stg_rio_swv_regio
    union select left(postcode, 4) from stg_vestigingen_bo where postcode is not null
    union select left(postcode, 4) from stg_vestigingen_so where postcode is not null
    union select left(postcode, 4) from stg_vestigingen_vo where postcode is not null
    union select left(postcode, 4) from stg_leerlingen_po_postcode4 where postcode is not null
    union select postcode4_leerling from stg_leerlingen_po_postcode4 where length(postcode4_leerling) = 4
    union select postcode4_leerling from stg_leerlingen_po_herkomst where length(postcode4_leerling) = 4
    union select postcode4_leerling from stg_leerlingen_vo_herkomst where length(postcode4_leerling) = 4
),
naam as (
    select lower(strip_accents(naam)) as naam, any_value(gemeentenummer) as gemeentenummer
    from (
        select naam, gemeentenummer from gemeente where actueel
        union
        select regexp_replace(naam, ' \([^)]*\)$', '') as naam, gemeentenummer from gemeente where actueel
    )
    group by all
    having count(distinct gemeentenummer) = 1
),
bewijs as (
    select distinct postcode4_leerling as postcode4, gemeentenaam_leerling as gemeentenaam, null as gemeentenummer, 1 as rang,
        'leerlingen' as bron
    from stg_leerlingen_po_postcode4
    union all
    select left(postcode, 4), null, gemeentenummer, 2, 'register'
    from (
        select postcode, gemeentenummer, editie from stg_vestigingen_bo
        union all select postcode, gemeentenummer, editie from stg_vestigingen_so
        union all select postcode, gemeentenummer, editie from stg_vestigingen_vo
    )
    where editie = (select max(editie) from stg_vestigingen_bo)
        or gemeentenummer in (select gemeentenummer from gemeente where actueel)
    union all
    select postcode4, gemeentenaam, null, 3, 'postcode4' from stg_postcode4
    union all
    select postcode4, gemeentenaam, null, 4, 'regeling' from stg_swv_regio_wettelijk
),
eenduidig as (
    select b.postcode4, b.rang, b.bron, any_value(coalesce(b.gemeentenummer, n.gemeentenummer)) as gemeentenummer
    from bewijs b
    left join naam n on n.naam = lower(strip_accents(b.gemeentenaam))
    where coalesce(b.gemeentenummer, n.gemeentenummer) is not null
    group by b.postcode4, b.rang, b.bron
    having count(distinct coalesce(b.gemeentenummer, n.gemeentenummer)) = 1
),
gekozen as (
    select * from eenduidig qualify row_number() over (partition by postcode4 order by rang) = 1
),
grens as (
    select gemeentenummer, geometrie from stg_gemeenten_grenzen
    where editie is not distinct from (select max(editie) from stg_gemeenten_grenzen) and coalesce(water, 'NEE') = 'NEE'
),
vlak as (
    select postcode4, geometrie from stg_postcode4_vlakken
    where editie is not distinct from (select max(editie) from stg_postcode4_vlakken)
),
-- the gemeente that the ground of a former one is of now, by its heirs in turn
erfgenaam as (
    select gemeentenummer, gemeentenummer as nu, 0 as stap from grens
    union all
    select e.gemeentenummer, g.opvolger, e.stap + 1
    from erfgenaam e
    join gemeente g on g.gemeentenummer = e.nu
    where g.opvolger is not null and e.stap < 9
)
select
    'postcode4' as rij, b.postcode4, p.woonplaats, k.gemeentenummer, k.bron as gemeente_bron,
    coalesce(g.provincie, p.provincie) as provincie, p.soort as adressoort, p.latitude, p.longitude, v.geometrie
from bekend b
left join gekozen k using (postcode4)
left join gemeente g using (gemeentenummer)
left join stg_postcode4 p using (postcode4)
left join vlak v using (postcode4)
union all
-- ground of a gemeente that is no more, and of which the heir is not known, is of none
select 'gemeente', null, null, if(g.actueel, e.nu, null), null, null, null, null, null, r.geometrie
from grens r
join (select gemeentenummer, arg_max(nu, stap) as nu from erfgenaam group by gemeentenummer) e using (gemeentenummer)
left join gemeente g on g.gemeentenummer = e.nu
