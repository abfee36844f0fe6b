-- Pupils per location, kind and date. Several registries count the same thing: the first by `rang` that has a count is
-- kept and named. Where a location with so and vso is counted both whole and in parts, the parts say so.
-- The overview calls a few locations so/vso where every other register, whenever it looked, saw sbo alone: then that is what they are.
with gezien as (
    select vestigingscode, soort from stg_leerlingen_po_postcode4
    union
    select vestigingscode, soort from stg_leerlingen_po_herkomst
    union
    select vestigingscode, soort from stg_leerlingen_po_totaal
    union
    select vestigingscode, soort from stg_leerlingen_po_afstand
    union
    select vestigingscode, soort from stg_leerlingen_po_leeftijd
    union
    select vestigingscode, soort from stg_vestigingen_so
),
alleen_sbo as (
    select vestigingscode from gezien group by vestigingscode having bool_and(soort = 'SBO')
),
historisch as (
    select h.vestigingscode, case when h.soort = 'SOVSO' and s.vestigingscode is not null then 'SBO' else h.soort end as soort,
        unnest(h.leerlingen) as j, h.editie, h.bron_sha256, h.bron_regel
    from stg_leerlingen_po_historisch h
    left join alleen_sbo s on s.vestigingscode = h.vestigingscode
),
-- where a count is a sum over records: what each file adds to it
per_bestand as (
    select vestigingscode, soort, peildatum, sum(list_sum(list_transform(leerlingen, lambda c: c.ondergrens))) as ondergrens,
        sum(list_sum(list_transform(leerlingen, lambda c: c.bovengrens))) as bovengrens, 4 as rang, 'leerlingen_po_postcode4' as bron, editie,
        bron_sha256, count(*) as regels, max(bron_regel) as bron_regel
    from stg_leerlingen_po_postcode4
    group by all
    union all
    select vestigingscode, soort, peildatum, sum(ondergrens), sum(bovengrens), 5, 'leerlingen_po_herkomst', editie, bron_sha256, count(*),
        max(bron_regel)
    from stg_leerlingen_po_herkomst
    where ondergrens is not null
    group by all
    union all
    select vestigingscode, soort, peildatum, sum(list_sum(list_transform(leerlingen, lambda c: c.ondergrens))),
        sum(list_sum(list_transform(leerlingen, lambda c: c.bovengrens))), 6, 'leerlingen_po_leeftijd', editie, bron_sha256, count(*),
        max(bron_regel)
    from stg_leerlingen_po_leeftijd
    group by all
    union all
    select vestigingscode, 'VO', editie, sum(list_sum(list_transform(leerlingen, lambda c: c.ondergrens))),
        sum(list_sum(list_transform(leerlingen, lambda c: c.bovengrens))), 2, 'leerlingen_vo', editie, bron_sha256, count(*), max(bron_regel)
    from stg_leerlingen_vo
    -- as in the other registry of vo, pupils placed at a vavo are counted apart (leerlingen_vestiging_kenmerk)
    where onderwijstype not ilike '%vavo%'
    group by all
    union all
    select vestigingscode, 'VO', peildatum, sum(ondergrens), sum(bovengrens), 3, 'leerlingen_vo_reeks', editie, bron_sha256, count(*),
        max(bron_regel)
    from stg_leerlingen_vo_reeks
    where vavo not ilike '%aan vavo%' and ondergrens is not null
    group by all
    union all
    select vestigingscode, 'VO', peildatum, sum(ondergrens), sum(bovengrens), 4, 'leerlingen_vo_herkomst', editie, bron_sha256, count(*),
        max(bron_regel)
    from stg_leerlingen_vo_herkomst
    where ondergrens is not null
    group by all
),
telling as (
    select vestigingscode, soort, make_date(j.kop::integer, 10, 1) as peildatum, j.ondergrens, j.bovengrens, 1 as rang,
        'leerlingen_po_historisch' as bron, editie, bron_sha256, bron_regel
    from historisch
    union all
    select vestigingscode, soort, peildatum, ondergrens, bovengrens, 2, 'leerlingen_po_totaal', editie, bron_sha256, bron_regel
    from stg_leerlingen_po_totaal
    union all
    select vestigingscode, soort, peildatum, ondergrens, bovengrens, 3, 'leerlingen_po_afstand', editie, bron_sha256, bron_regel
    from stg_leerlingen_po_afstand
    union all
    select vestigingscode, soort, peildatum, sum(ondergrens), sum(bovengrens), rang, bron, editie,
        string_agg(bron_sha256, ' ' order by bron_sha256), case when sum(regels) = 1 then max(bron_regel) end
    from per_bestand
    group by vestigingscode, soort, peildatum, rang, bron, editie
    union all
    select vestigingscode, 'VO', editie, ondergrens, bovengrens, 1, 'leerlingen_vo_vestiging', editie, bron_sha256, bron_regel
    from stg_leerlingen_vo_vestiging
),
eerste as (
    select vestigingscode, soort, peildatum, ondergrens::bigint as ondergrens, bovengrens::bigint as bovengrens, bron,
        bron_sha256, bron_regel
    from telling
    where peildatum is not null and ondergrens is not null
    -- of two editions of one register the newest
    qualify row_number() over (
        partition by vestigingscode, soort, peildatum order by rang, editie desc nulls last, bovengrens - ondergrens, ondergrens
    ) = 1
),
-- the overview gives one number for a location with so and vso; other registries give its parts, sometimes between bounds
geheel as (
    select vestigingscode, peildatum, ondergrens as geheel_ondergrens, bovengrens as geheel_bovengrens, bron as geheel_bron,
        bron_sha256 as geheel_sha256
    from eerste
    where soort = 'SOVSO'
),
deel as (
    select e.vestigingscode, e.soort, e.peildatum, e.ondergrens, e.bovengrens, e.bron, e.bron_sha256, e.bron_regel,
        g.geheel_ondergrens, g.geheel_bovengrens, g.geheel_bron, g.geheel_sha256,
        sum(e.ondergrens) over w as samen_ondergrens, sum(e.bovengrens) over w as samen_bovengrens
    from eerste e
    join geheel g on g.vestigingscode = e.vestigingscode and g.peildatum = e.peildatum and e.soort in ('SBO', 'SO', 'VSO')
    window w as (partition by e.vestigingscode, e.peildatum)
),
-- what the whole leaves for a part, where whole and parts can both be true
begrensd as (
    select vestigingscode, soort, peildatum, 'SOVSO' as onderdeel_van, false as uitgesplitst,
        samen_ondergrens <= geheel_bovengrens and geheel_ondergrens <= samen_bovengrens as verenigbaar,
        case when verenigbaar then minstens(ondergrens, bovengrens, geheel_ondergrens, samen_bovengrens) else ondergrens end::bigint
            as ondergrens_,
        case when verenigbaar then hoogstens(ondergrens, bovengrens, geheel_bovengrens, samen_ondergrens) else bovengrens end::bigint
            as bovengrens_,
        verenigbaar and ondergrens < bovengrens as versmald, case when versmald then bron || ', ' || geheel_bron else bron end as bron,
        case when versmald then bron_sha256 || ' ' || geheel_sha256 else bron_sha256 end as bron_sha256,
        case when not versmald then bron_regel end as bron_regel
    from deel
),
-- cluster 3 and 4 belong to the SWVs; a count by cluster says how many of them, where the location has more than those or is not known
cluster as (
    select vestigingscode, soort, peildatum, sum(ondergrens) filter (waarde in ('3', '4')) as drie_vier,
        sum(ondergrens) filter (waarde in ('1', '2')) as een_twee
    from leerlingen_vestiging_kenmerk
    where kenmerk = 'cluster'
    group by vestigingscode, soort, peildatum
),
alle as (
    select e.vestigingscode, e.soort, e.peildatum, e.ondergrens, e.bovengrens, null as onderdeel_van,
        d.vestigingscode is not null as uitgesplitst, e.bron, e.bron_sha256, e.bron_regel
    from eerste e
    -- the kind is a column of both sides: with a constant on one side the join would go through all pairs
    left join (select distinct vestigingscode, 'SOVSO' as soort, peildatum from deel) d
        on d.vestigingscode = e.vestigingscode and d.soort = e.soort and d.peildatum = e.peildatum
    anti join deel p on p.vestigingscode = e.vestigingscode and p.peildatum = e.peildatum and p.soort = e.soort
    union all
    select vestigingscode, soort, peildatum, ondergrens_, bovengrens_, onderdeel_van, uitgesplitst, bron, bron_sha256, bron_regel
    from begrensd
)
select
    a.vestigingscode, a.soort, a.peildatum, case when a.ondergrens = a.bovengrens then a.ondergrens end as leerlingen, a.ondergrens, a.bovengrens,
    case when a.soort not in ('SO', 'VSO', 'SOVSO') then null when regexp_full_match(v.cluster, '[34](/[34])?') then a.ondergrens
        else least(coalesce(c.drie_vier, 0), a.ondergrens) end::bigint as cluster_3_4_ondergrens,
    case when a.soort not in ('SO', 'VSO', 'SOVSO') then null when regexp_full_match(v.cluster, '[34](/[34])?') then a.bovengrens
        when regexp_full_match(v.cluster, '[12](/[12])?') then 0
        else greatest(a.bovengrens - coalesce(c.een_twee, 0), least(coalesce(c.drie_vier, 0), a.ondergrens)) end::bigint as cluster_3_4_bovengrens,
    a.onderdeel_van, a.uitgesplitst, a.bron, a.bron_sha256, a.bron_regel
from alle a
left join vestiging_bekend v using (vestigingscode)
left join cluster c on c.vestigingscode = a.vestigingscode and c.soort = a.soort and c.peildatum = a.peildatum
