-- Which postcode4 lies in the region of which SWV, and since when. A postcode4 lies in one region of a sector at a time.
-- RIO gives a region with the postcodes it has now: an edition tells of the days until the next, the first one of those before too.
with rio as (
    select swv_nummer as swv_code, coalesce(begindatum, date '2014-08-01') as begindatum, einddatum, postcodecijfers,
        coalesce(editie, date '2014-08-01') as dag, bron_sha256, bron_regel
    from stg_rio_swv_regio
    where regexp_full_match(swv_nummer, '(PO|VO)\d{4}')
),
rio_uitgave as (
    select dag, row_number() over w as nummer, lag(dag) over w as vorige, lead(dag) over w as volgende
    from (select distinct dag from rio)
    window w as (order by dag)
),
-- editions in a row that say the same of a region are read once
rio_rij as (
    select r.*, u.nummer, u.vorige, u.volgende, u.nummer - row_number() over (
        partition by r.swv_code, r.begindatum, r.einddatum, r.postcodecijfers order by u.nummer
    ) as groep
    from rio r
    join rio_uitgave u using (dag)
),
-- a region has its own first day, unless an edition after that day did not have it so yet
rio_regio as (
    select swv_code, postcodecijfers, first(vorige order by nummer) as vorige, max(dag) as gezien, last(volgende order by nummer) as volgende,
        coalesce(begindatum <= first(vorige order by nummer), false) as later,
        case when later then min(dag) else begindatum end as geldig_vanaf,
        least(coalesce(einddatum, last(volgende order by nummer)), coalesce(last(volgende order by nummer), einddatum)) as geldig_tot,
        -- the edition that shows it first
        first({'sha256': bron_sha256, 'regel': bron_regel} order by nummer) as bestand
    from rio_rij
    group by swv_code, begindatum, einddatum, postcodecijfers, groep
),
rio_postcode as (
    select swv_code, postcode4, geldig_vanaf, case when later then vorige end as geldig_vanaf_na, bestand,
        -- the next one may have begun on a day of its own since this was seen last
        case when volgende is not null and lead(geldig_vanaf) over w > gezien
            then least(lead(geldig_vanaf) over w, geldig_tot) else geldig_tot end as geldig_tot
    from rio_regio
    cross join unnest(list_distinct(regexp_extract_all(postcodecijfers, '\d{4}'))) as codes (postcode4)
    where coalesce(geldig_tot > geldig_vanaf, true)
    window w as (partition by left(swv_code, 2), postcode4 order by geldig_vanaf, gezien)
),
-- what goes on is one period
rio_begin as (
    select *, geldig_vanaf is distinct from lag(geldig_tot) over (partition by swv_code, postcode4 order by geldig_vanaf) as nieuw
    from rio_postcode
),
rio_keten as (
    select *, count(*) filter (nieuw) over (partition by swv_code, postcode4 order by geldig_vanaf) as keten from rio_begin
),
rio_heel as (
    select swv_code, postcode4, min(geldig_vanaf) as geldig_vanaf, first(geldig_vanaf_na order by geldig_vanaf) as geldig_vanaf_na,
        last(geldig_tot order by geldig_vanaf) as geldig_tot, first(bestand order by geldig_vanaf) as bestand
    from rio_keten
    group by swv_code, postcode4, keten
),
-- where an ended region held a postcode too, its heir has it from that day on
rio_periode as (
    select swv_code, postcode4, geldig_tot, geldig_vanaf_na, bestand,
        greatest(geldig_vanaf, max(geldig_tot) over (
            partition by left(swv_code, 2), postcode4 order by coalesce(geldig_tot, date '9999-12-31')
            rows between unbounded preceding and 1 preceding
        )) as geldig_vanaf
    from rio_heel
),
-- the statutory table by postcode4, and before that by gemeente
wet as (
    select coalesce(editie, date '2014-08-01') as dag, swv_code, postcode4, min({'sha256': bron_sha256, 'regel': bron_regel}) as bestand
    from stg_swv_regio_wettelijk
    cross join unnest([swv_po, swv_vo]) as codes (swv_code)
    where regexp_full_match(swv_code, '(PO|VO)\d{4}')
    group by all
    union all
    -- of a gemeente, not of a postcode4: no one record
    select distinct dag, swv_code, postcode4, null from swv_regio_gemeente
),
-- an edition holds for its whole sector, until the next
uitgave as (
    select sector, dag, row_number() over w as nummer, lag(dag) over w as vorige, lead(dag) over w as volgende
    from (select distinct left(swv_code, 2) as sector, dag from wet)
    window w as (partition by sector order by dag)
),
-- editions in a row that say the same are one period
reeks as (
    select w.swv_code, w.postcode4, w.dag, w.bestand, u.nummer, u.vorige, u.volgende,
        u.nummer - row_number() over (partition by w.swv_code, w.postcode4 order by u.nummer) as groep
    from wet w
    join uitgave u on u.sector = left(w.swv_code, 2) and u.dag = w.dag
),
wet_periode as (
    select swv_code, postcode4, min(dag) as geldig_vanaf, last(volgende order by nummer) as geldig_tot,
        first(vorige order by nummer) as geldig_vanaf_na, first(bestand order by nummer) as bestand
    from reeks
    group by swv_code, postcode4, groep
),
regio as (
    select swv_code, postcode4, geldig_vanaf, geldig_tot, case when geldig_vanaf_na < geldig_vanaf then geldig_vanaf_na end as geldig_vanaf_na,
        'rio' as bron, bestand
    from rio_periode
    union all
    -- the edition before says otherwise, unless it goes by gemeente and does not place the postcode4
    select p.swv_code, p.postcode4, p.geldig_vanaf, p.geldig_tot,
        case when w.postcode4 is not null or p.geldig_vanaf_na not in (select dag from swv_regio_gemeente) then p.geldig_vanaf_na end, 'regeling', p.bestand
    from wet_periode p
    left join swv_regio_gemeente w on w.dag = p.geldig_vanaf_na and w.postcode4 = p.postcode4
)
select swv_code, postcode4, geldig_vanaf, geldig_tot, geldig_vanaf_na, bron, bestand.sha256 as bron_sha256, bestand.regel as bron_regel
from regio
qualify row_number() over (partition by swv_code, postcode4, geldig_vanaf order by bron desc, geldig_tot desc nulls first) = 1
