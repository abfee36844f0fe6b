-- Where the pupils of each location live, and the samenwerkingsverband of both ends on the date of the count. Of two
-- registries that count the same date the one with ages is taken. 9999 is a code for unknown on the portal, and a village in
-- the file that names the gemeente of each home.
-- Small counts are hidden, but the pupils of the location are known, and its homes add up to them: each home has at least what the
-- others leave, and at most. Where the two cannot both be true (vergelijking_vestiging) the file's own bounds stay as they are.
with nieuwste as (
    -- of two editions that count the same date the newest
    select peildatum, max(coalesce(editie, peildatum)) as editie from stg_leerlingen_po_herkomst group by peildatum
),
telling as materialized (
    select vestigingscode, soort, peildatum, postcode4_leerling,
        list_sum(list_transform(leerlingen, lambda c: c.ondergrens))::bigint as ondergrens,
        list_sum(list_transform(leerlingen, lambda c: c.bovengrens))::bigint as bovengrens, 'leerlingen_po_postcode4' as bron,
        bron_sha256, bron_regel
    from stg_leerlingen_po_postcode4
    union all
    select vestigingscode, soort, peildatum, nullif(postcode4_leerling, '9999'), ondergrens, bovengrens, 'leerlingen_po_herkomst',
        bron_sha256, bron_regel
    from stg_leerlingen_po_herkomst
    semi join nieuwste n on n.peildatum = stg_leerlingen_po_herkomst.peildatum and n.editie = coalesce(stg_leerlingen_po_herkomst.editie, n.peildatum)
    where ondergrens is not null and peildatum not in (select peildatum from stg_leerlingen_po_postcode4)
    union all
    -- a record for each year of study
    select vestigingscode, 'VO', peildatum, nullif(postcode4_leerling, '9999'), sum(ondergrens)::bigint, sum(bovengrens)::bigint,
        'leerlingen_vo_herkomst',
        case when min(bron_sha256) = max(bron_sha256) then min(bron_sha256) else min(bron_sha256) || ' ' || max(bron_sha256) end,
        case when count(*) = 1 then min(bron_regel) end
    from stg_leerlingen_vo_herkomst
    where ondergrens is not null
    group by all
),
geteld as (
    select l.vestigingscode, l.soort, l.peildatum, l.ondergrens, l.bovengrens, l.bron, l.bron_sha256, l.bron_regel
    from leerlingen_vestiging l
    -- homes of po and of vo are counted on days of their own
    semi join (select distinct peildatum, soort = 'VO' as vo from telling) t on t.peildatum = l.peildatum and t.vo = (l.soort = 'VO')
    where l.soort in ('BO', 'SBO', 'SO', 'VSO', 'VO') and l.bovengrens > 0
),
compleet as (
    select vestigingscode, soort, peildatum, postcode4_leerling, ondergrens, bovengrens, bron, bron_sha256, bron_regel from telling
    union all
    -- a location that is counted that day and lacks in the file of homes (a file that was refused): homes not known
    select z.vestigingscode, z.soort, z.peildatum, null, z.ondergrens, z.bovengrens, z.bron, z.bron_sha256, z.bron_regel
    from geteld z
    anti join telling t on t.vestigingscode = z.vestigingscode and t.peildatum = z.peildatum and (t.soort = 'VO') = (z.soort = 'VO')
),
-- one row for each home. A postcode4 of the portal has one already, which is most of them: grouped with the rest they took
-- twice as long as all else here. Should one come twice after all, the key's check says so; they are never added
thuizen as not materialized (
    select vestigingscode, soort, peildatum, postcode4_leerling as herkomst, ondergrens, bovengrens, bron, bron_sha256, bron_regel
    from telling
    where bron in ('leerlingen_po_herkomst', 'leerlingen_vo_herkomst') and length(postcode4_leerling) = 4
    union all
    select vestigingscode, soort, peildatum,
        case postcode4_leerling when '10' then 'België' when '20' then 'Duitsland' when '30' then 'ander land'
            when '40' then 'onbekend' else coalesce(postcode4_leerling, 'onbekend') end as herkomst,
        sum(ondergrens)::bigint, sum(bovengrens)::bigint, max(bron),
        -- a home is in one file; of several the first and the last
        case when min(bron_sha256) = max(bron_sha256) then min(bron_sha256) else min(bron_sha256) || ' ' || max(bron_sha256) end,
        case when count(*) = 1 then min(bron_regel) end
    from compleet
    where bron not in ('leerlingen_po_herkomst', 'leerlingen_vo_herkomst') or postcode4_leerling is null or length(postcode4_leerling) != 4
    group by all
),
vestiging_som as (
    select vestigingscode, soort, peildatum, sum(ondergrens)::bigint as ondergrens, sum(bovengrens)::bigint as bovengrens
    from thuizen
    group by vestigingscode, soort, peildatum
),
-- what the homes add up to in the file, and what is known of the sum besides, where both can be true
totaal as (
    select s.vestigingscode, s.soort, s.peildatum, s.ondergrens as minstens, s.bovengrens as hoogstens,
        coalesce(s.ondergrens <= g.bovengrens and g.ondergrens <= s.bovengrens, false) as verenigbaar,
        case when verenigbaar then greatest(s.ondergrens, g.ondergrens) else s.ondergrens end as ondergrens,
        case when verenigbaar then least(s.bovengrens, g.bovengrens) else s.bovengrens end as bovengrens
    from vestiging_som s
    left join geteld g on g.vestigingscode = s.vestigingscode and g.soort = s.soort and g.peildatum = s.peildatum
),
plaats as (
    select p.vestigingscode, p.soort, if(p.soort in ('VSO', 'VO'), 'VO', 'PO') as sector, p.peildatum, p.herkomst,
        minstens(p.ondergrens, p.bovengrens, t.ondergrens, t.hoogstens) as ondergrens,
        hoogstens(p.ondergrens, p.bovengrens, t.bovengrens, t.minstens) as bovengrens,
        -- of what no file of homes has, there is no such count
        case when p.bron in ('leerlingen_po_postcode4', 'leerlingen_po_herkomst', 'leerlingen_vo_herkomst') then p.ondergrens end as geteld_ondergrens,
        case when geteld_ondergrens is not null then p.bovengrens end as geteld_bovengrens,
        t.ondergrens as vestiging_ondergrens, t.bovengrens as vestiging_bovengrens, p.bron, p.bron_sha256, p.bron_regel
    from thuizen p
    join totaal t on t.vestigingscode = p.vestigingscode and t.soort = p.soort and t.peildatum = p.peildatum
),
-- the location's samenwerkingsverband on the date: few, so looked up once for each
school as (
    select t.vestigingscode, t.sector, t.peildatum,
        coalesce(k.swv_code, case when k.reden like 'cluster 1 en 2%' then 'buiten de samenwerkingsverbanden' else 'onbekend' end)
            as vestigings_swv,
        k.anders_swv_code as vestigings_swv_anders
    from (select distinct vestigingscode, sector, peildatum from plaats) t
    left join koppeling k on k.vestigingscode = t.vestigingscode and k.sector = t.sector
        and geldt_op(k.geldig_vanaf, k.geldig_tot, t.peildatum)
),
thuis as (
    select t.herkomst, t.sector, t.peildatum,
        case when t.herkomst = 'onbekend' then 'onbekend' when length(t.herkomst) > 4 then 'buitenland'
            else coalesce(r.swv_code, 'niet ingedeeld') end as woon_swv
    from (select distinct herkomst, sector, peildatum from plaats) t
    left join postcode4_swv r on r.postcode4 = t.herkomst and r.sector = t.sector
        and geldt_op(r.geldig_vanaf, r.geldig_tot, t.peildatum)
)
select
    p.vestigingscode, p.soort, p.peildatum, p.herkomst, h.woon_swv, s.vestigings_swv, s.vestigings_swv_anders,
    case when p.ondergrens = p.bovengrens then p.ondergrens end as leerlingen, p.ondergrens, p.bovengrens,
    p.geteld_ondergrens, p.geteld_bovengrens, p.vestiging_ondergrens, p.vestiging_bovengrens, p.bron,
    p.bron_sha256, p.bron_regel
from plaats p
-- each has exactly one of both; as inner joins these two would be joined to each other first
left join school s on s.vestigingscode = p.vestigingscode and s.sector = p.sector and s.peildatum = p.peildatum
left join thuis h on h.herkomst = p.herkomst and h.sector = p.sector and h.peildatum = p.peildatum
