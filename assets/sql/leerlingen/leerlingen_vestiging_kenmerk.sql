-- Pupils per location by one trait at a time: age, cluster of (v)so, or kind of secondary education. Of two registries that
-- give a trait for the same date the first is taken, whose cells are hidden less.
with cel as (
    select vestigingscode, soort, peildatum, unnest(leerlingen) as c, 'leerlingen_po_leeftijd' as bron, bron_sha256, bron_regel
    from stg_leerlingen_po_leeftijd
    union all
    select vestigingscode, soort, peildatum, unnest(leerlingen), 'leerlingen_po_postcode4', bron_sha256, bron_regel
    from stg_leerlingen_po_postcode4
    where peildatum not in (select peildatum from stg_leerlingen_po_leeftijd)
),
leeftijd as (
    select vestigingscode, soort, peildatum, c.kop as waarde, c.ondergrens, c.bovengrens, bron, bron_sha256, bron_regel
    from cel
    where c.bovengrens > 0
),
cluster as (
    select vestigingscode, soort, peildatum, coalesce(cluster, 'onbekend') as waarde, ondergrens, bovengrens, 'leerlingen_cluster' as bron,
        bron_sha256, bron_regel
    from stg_leerlingen_cluster
    where ondergrens is not null
    union all
    select vestigingscode, soort, peildatum, cluster, list_sum([c.ondergrens for c in leerlingen]),
        list_sum([c.bovengrens for c in leerlingen]), 'leerlingen_po_leeftijd', bron_sha256, bron_regel
    from stg_leerlingen_po_leeftijd
    where cluster is not null and peildatum not in (select peildatum from stg_leerlingen_cluster)
),
onderwijstype as (
    select vestigingscode, 'VO' as soort, editie as peildatum, onderwijstype as waarde, list_sum([c.ondergrens for c in leerlingen]) as ondergrens,
        list_sum([c.bovengrens for c in leerlingen]) as bovengrens, 'leerlingen_vo' as bron, bron_sha256, bron_regel
    from stg_leerlingen_vo
    where editie is not null and onderwijstype is not null
    union all
    select vestigingscode, 'VO', editie, 'uitbesteed aan vavo', ondergrens_vavo, bovengrens_vavo, 'leerlingen_vo_vestiging', bron_sha256, bron_regel
    from stg_leerlingen_vo_vestiging
    where editie not in (select editie from stg_leerlingen_vo where editie is not null) and bovengrens_vavo > 0
        and editie not in (select peildatum from stg_leerlingen_vo_reeks)
    union all
    select vestigingscode, 'VO', peildatum, if(vavo ilike '%aan vavo%', onderwijstype || ', uitbesteed aan vavo', onderwijstype), ondergrens,
        bovengrens, 'leerlingen_vo_reeks', bron_sha256, bron_regel
    from stg_leerlingen_vo_reeks
    where ondergrens is not null and peildatum not in (select editie from stg_leerlingen_vo where editie is not null)
),
-- leerwegondersteunend onderwijs stands in the name of the programme, as in "LWOO BB Zorg en welzijn"
lwoo as (
    select vestigingscode, 'VO' as soort, editie as peildatum, 'lwoo' as waarde, list_sum([c.ondergrens for c in leerlingen]) as ondergrens,
        list_sum([c.bovengrens for c in leerlingen]) as bovengrens, 'leerlingen_vo' as bron, bron_sha256, bron_regel
    from stg_leerlingen_vo
    where editie is not null and regexp_matches(opleidingsnaam, '(?i)lwoo') and onderwijstype not ilike '%vavo%'
),
alle as (
    select 'leeftijd' as kenmerk, vestigingscode, soort, peildatum, waarde, ondergrens, bovengrens, bron, bron_sha256, bron_regel from leeftijd
    union all
    select 'cluster', vestigingscode, soort, peildatum, waarde, ondergrens, bovengrens, bron, bron_sha256, bron_regel from cluster
    union all
    select 'onderwijstype', vestigingscode, soort, peildatum, waarde, ondergrens, bovengrens, bron, bron_sha256, bron_regel from onderwijstype
    union all
    select 'ondersteuning', vestigingscode, soort, peildatum, waarde, ondergrens, bovengrens, bron, bron_sha256, bron_regel from lwoo
)
select
    vestigingscode, soort, peildatum, kenmerk, waarde,
    case when sum(ondergrens) = sum(bovengrens) then sum(ondergrens)::bigint end as leerlingen,
    sum(ondergrens)::bigint as ondergrens, sum(bovengrens)::bigint as bovengrens, max(bron) as bron,
    -- a location is in one file of a registry; of several the first and the last
    case when min(bron_sha256) = max(bron_sha256) then min(bron_sha256) else min(bron_sha256) || ' ' || max(bron_sha256) end as bron_sha256,
    case when count(*) = 1 then min(bron_regel) end as bron_regel
from alle
group by vestigingscode, soort, peildatum, kenmerk, waarde
