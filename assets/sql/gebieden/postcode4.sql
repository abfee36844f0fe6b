-- Every postcode4 that any source knows. Its gemeente is taken from the first of four kinds of evidence that is
-- unambiguous; a name counts only when exactly one current gemeente bears it (with or without CBS's suffix).
with bekend as (
    select postcode4 from stg_postcode4
    union select postcode4 from stg_postcode4_vlakken
    union select postcode4 from stg_swv_regio_wettelijk
    union select unnest(regexp_extract_all(postcodecijfers, '\d{4}')) from stg_rio_swv_regio
    union select left(postcode, 4) from stg_vestigingen_bo
    union select left(postcode, 4) from stg_vestigingen_so
    union select left(postcode, 4) from stg_vestigingen_vo
    union select left(postcode, 4) from stg_leerlingen_po_postcode4 where postcode is not null
    union select postcode4_leerling from stg_leerlingen_po_postcode4 where length(postcode4_leerling) = 4
    union select postcode4_leerling from stg_leerlingen_po_herkomst where length(postcode4_leerling) = 4
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
plek as (
    select postcode4, latitude, longitude, '4pp' as bron, 1 as rang from stg_postcode4
    union all
    select postcode4, latitude, longitude, 'cbs' as bron, 2 as rang from stg_postcode4_vlakken
    qualify row_number() over (partition by postcode4 order by editie desc) = 1
)
select
    b.postcode4,
    any_value(p.woonplaats) as woonplaats,
    any_value(g.gemeentenummer) as gemeentenummer,
    any_value(g.bron) as gemeente_bron,
    coalesce(any_value(ge.provincie), any_value(p.provincie)) as provincie,
    arg_min(k.latitude, k.rang) as latitude,
    arg_min(k.longitude, k.rang) as longitude,
    arg_min(k.bron, k.rang) as coordinaat_bron
from bekend b
left join gekozen g using (postcode4)
left join gemeente ge on ge.gemeentenummer = g.gemeentenummer
left join stg_postcode4 p using (postcode4)
left join plek k on k.postcode4 = b.postcode4 and k.latitude is not null
group by b.postcode4
