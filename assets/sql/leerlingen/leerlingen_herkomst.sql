-- Where the pupils of each location live, and the samenwerkingsverband of both ends on the date of the count. Of two
-- registries that count the same date the one with ages is taken. 9999 is a code for unknown on the portal, and a village in
-- the file that names the gemeente of each home.
with nieuwste as (
    -- of two editions that count the same date the newest
    select peildatum, max(coalesce(editie, peildatum)) as editie from stg_leerlingen_po_herkomst group by peildatum
),
telling as materialized (
    select vestigingscode, soort, peildatum, postcode4_leerling, list_sum([c.ondergrens for c in leerlingen])::bigint as ondergrens,
        list_sum([c.bovengrens for c in leerlingen])::bigint as bovengrens, 'leerlingen_po_postcode4' as bron
    from stg_leerlingen_po_postcode4
    union all
    select vestigingscode, soort, peildatum, nullif(postcode4_leerling, '9999'), ondergrens, bovengrens, 'leerlingen_po_herkomst'
    from stg_leerlingen_po_herkomst
    semi join nieuwste n on n.peildatum = stg_leerlingen_po_herkomst.peildatum and n.editie = coalesce(stg_leerlingen_po_herkomst.editie, n.peildatum)
    where ondergrens is not null and peildatum not in (select peildatum from stg_leerlingen_po_postcode4)
),
-- a location that is counted that day and lacks in the file of homes (a file that was refused): homes not known
zonder as (
    select vestigingscode, soort, make_date(j.kop::integer, 10, 1) as peildatum, j.ondergrens, j.bovengrens
    from (select vestigingscode, soort, unnest(leerlingen) as j from stg_leerlingen_po_historisch where soort != 'SOVSO')
    where j.bovengrens > 0
),
compleet as (
    select vestigingscode, soort, peildatum, postcode4_leerling, ondergrens, bovengrens, bron from telling
    union all
    select z.vestigingscode, z.soort, z.peildatum, null, z.ondergrens, z.bovengrens, 'leerlingen_po_historisch'
    from zonder z
    semi join telling d on d.peildatum = z.peildatum
    anti join telling t on t.vestigingscode = z.vestigingscode and t.peildatum = z.peildatum
),
-- one row for each home. A postcode4 of the portal has one already, which is most of them: grouped with the rest they took
-- twice as long as all else here. Should one come twice after all, the key's check says so; they are never added
plaats as not materialized (
    select vestigingscode, soort, case soort when 'VSO' then 'VO' else 'PO' end as sector, peildatum,
        postcode4_leerling as herkomst, ondergrens, bovengrens, bron
    from telling
    where bron = 'leerlingen_po_herkomst' and length(postcode4_leerling) = 4
    union all
    select vestigingscode, soort, case soort when 'VSO' then 'VO' else 'PO' end, peildatum,
        case postcode4_leerling when '10' then 'België' when '20' then 'Duitsland' when '30' then 'ander land'
            when '40' then 'onbekend' else coalesce(postcode4_leerling, 'onbekend') end as herkomst,
        sum(ondergrens)::bigint, sum(bovengrens)::bigint, max(bron)
    from compleet
    where bron != 'leerlingen_po_herkomst' or postcode4_leerling is null or length(postcode4_leerling) != 4
    group by all
),
-- the location's samenwerkingsverband on the date: few, so looked up once for each
school as (
    select t.vestigingscode, t.sector, t.peildatum,
        coalesce(k.swv_code, case when k.reden like 'cluster 1 en 2%' then 'buiten de samenwerkingsverbanden' else 'onbekend' end)
            as vestigings_swv
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
    p.vestigingscode, p.soort, p.peildatum, p.herkomst, h.woon_swv, s.vestigings_swv,
    case when p.ondergrens = p.bovengrens then p.ondergrens end as leerlingen, p.ondergrens, p.bovengrens, p.bron
from plaats p
-- each has exactly one of both; as inner joins these two would be joined to each other first
left join school s on s.vestigingscode = p.vestigingscode and s.sector = p.sector and s.peildatum = p.peildatum
left join thuis h on h.herkomst = p.herkomst and h.sector = p.sector and h.peildatum = p.peildatum
