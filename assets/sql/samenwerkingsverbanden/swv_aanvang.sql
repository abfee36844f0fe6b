-- The SWVs of 1 August 2014, when passend onderwijs began, by every source that knows them, beside the number that is known. The table of
-- regions cannot name the landelijk ones: those that are known otherwise are counted beside it.
with wet as (
    -- the first edition of a sector
    select swv_code
    from (
        select swv_po as swv_code, editie from stg_swv_regio_wettelijk
        union all
        select swv_vo, editie from stg_swv_regio_wettelijk
        union all
        select swv_po, editie from stg_swv_regio_gemeente
    )
    where regexp_full_match(swv_code, '(PO|VO)\d{4}')
    qualify editie is not distinct from min(editie) over (partition by left(swv_code, 2))
),
bron as (
    select 'rio' as bron, swv_code, sector from samenwerkingsverband
    where bron = 'rio' and geldt_op(begindatum, einddatum, date '2014-08-01')
    union
    select 'regeling', swv_code, left(swv_code, 2) from wet
    union
    -- the first count after the start
    select 'telling', swv_code, left(swv_code, 2) from stg_leerlingen_swv_totaal
    where peildatum = date '2014-10-01' and regexp_full_match(swv_code, '(PO|VO)\d{4}')
),
alle as (select sector, list_sort(list(distinct swv_code)) as codes from bron group by sector),
landelijk as (
    select sector, count(*) as aantal
    from samenwerkingsverband
    where landelijk and geldt_op(begindatum, einddatum, date '2014-08-01')
    group by sector
),
per_bron as (select bron, sector, list_sort(list(distinct swv_code)) as codes from bron group by bron, sector)
select
    a.sector, b.bron, b.bekend::integer as bekend, len(p.codes) as aantal,
    case when b.bron = 'regeling' and p.codes is not null then coalesce(n.aantal, 0) end as landelijk,
    len(p.codes) + coalesce(landelijk, 0) - b.bekend::integer as verschil,
    nullif(array_to_string(list_filter(l.codes, x -> not list_contains(p.codes, x)), ' '), '') as alleen_elders,
    case when p.codes is null then 'deze bron is niet aangeleverd of kent geen samenwerkingsverband op 1 augustus 2014' end as reden
from (values ('PO'), ('VO')) a (sector)
join (
    select w.sector, w.aantal as bekend, x.bron
    from referentie.swv_aanvang w
    cross join (values ('rio'), ('regeling'), ('telling')) x (bron)
) b using (sector)
left join per_bron p on p.sector = a.sector and p.bron = b.bron
left join alle l on l.sector = a.sector
left join landelijk n on n.sector = a.sector
