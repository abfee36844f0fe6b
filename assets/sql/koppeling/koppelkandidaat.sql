-- What each method of the precedence says of each location and sector, with the time for which it says so: the days that the
-- registry gives, and for a method that goes by place only those on which the location was there.
-- A first and a last day each say how they are known: by the registry's own date, or because an edition or a count shows it first.
-- 1 rio, 2 landelijk, 3 rio_regio, 4 regeling, 5 gemeente (WPO art. 18a, WVO art. 17a).
with lid as (
    select v.vestigingscode, v.soort, s.sector
    from vestiging_bekend v
    join vestiging_sector s using (vestigingscode)
    -- cluster 1 and 2 lie outside the samenwerkingsverbanden
    where not regexp_full_match(coalesce(v.cluster, ''), '[12](/[12])?')
),
plaats as (
    select l.vestigingscode, l.sector, l.soort, p.postcode4, p.gemeentenummer, p.denominatie,
        p.geldig_vanaf as hier_vanaf, coalesce(p.geldig_tot, date '9999-12-31') as hier_tot
    from lid l
    join vestiging_plaats p using (vestigingscode)
),
-- RIO gives a day itself where a region has a first or last day of its own; of its other changes, as of all those of the statutory
-- table, the edition that shows them first is known
regio as (
    select p.swv_code, s.sector, p.postcode4, p.geldig_vanaf, p.geldig_vanaf_na, p.geldig_tot, p.bron, p.bron_sha256, p.bron_regel,
        p.bron = 'rio' and p.geldig_vanaf_na is null as eigen_begin,
        p.bron = 'rio' and (
            coalesce(p.geldig_tot = s.einddatum and s.einddatum_na is null, false)
            or coalesce(p.geldig_tot = lead(p.geldig_vanaf) over w and lead(p.geldig_vanaf_na) over w is null, false)
        ) as eigen_einde
    from swv_postcode4 p
    join samenwerkingsverband s using (swv_code)
    window w as (partition by s.sector, p.postcode4, p.bron order by p.geldig_vanaf)
),
-- until a list names it, a postcode4 is that of its gemeente (postcode4_swv)
genoemd as (select postcode4, sector, min(geldig_vanaf) as eerste from regio group by postcode4, sector),
uitspraak as (
    select l.vestigingscode, l.sector, 'rio' as methode, 1 as rang, r.swv_nummer as swv_code, r.begindatum as vanaf,
        coalesce(r.einddatum, date '9999-12-31') as tot, 'register' as vanaf_grond, 'register' as tot_grond,
        null as vanaf_na, 'zeker' as zekerheid, r.bron_sha256, r.bron_regel
    from lid l
    join stg_rio_swv_vestiging r on r.vestigingscode = l.vestigingscode and left(r.swv_nummer, 2) = l.sector
    join samenwerkingsverband s on s.swv_code = r.swv_nummer
    union all
    -- boards of this richting may join, with schools for vso of cluster 3 and 4 too (WPO art. 18a lid 15; WVO art. 17a lid 16, now WVO 2020
    -- art. 2.47 lid 18): in vo those that could be compared with a list all did, of po and vso there is no list
    select p.vestigingscode, p.sector, 'landelijk', 2, s.swv_code, greatest(coalesce(s.begindatum, date '2014-08-01'), p.hier_vanaf),
        least(coalesce(s.einddatum, date '9999-12-31'), p.hier_tot), case when s.begindatum >= p.hier_vanaf then 'register' else 'eerst gezien' end,
        case when s.einddatum < p.hier_tot then 'register' else 'eerst gezien' end, null, if(p.soort = 'VO', 'zeker', 'aannemelijk'), null, null
    from plaats p
    join samenwerkingsverband s on s.swv_code = p.sector || '0001'
    where p.denominatie = 'Reformatorisch'
    union all
    select p.vestigingscode, p.sector, case r.bron when 'rio' then 'rio_regio' else 'regeling' end,
        case r.bron when 'rio' then 3 else 4 end, r.swv_code, greatest(r.geldig_vanaf, p.hier_vanaf),
        least(coalesce(r.geldig_tot, date '9999-12-31'), p.hier_tot),
        case when r.eigen_begin and r.geldig_vanaf >= p.hier_vanaf then 'register' else 'eerst gezien' end,
        case when r.eigen_einde and r.geldig_tot < p.hier_tot then 'register' else 'eerst gezien' end,
        case when r.geldig_vanaf >= p.hier_vanaf then r.geldig_vanaf_na end, 'zeker', r.bron_sha256, r.bron_regel
    from plaats p
    join regio r on r.postcode4 = p.postcode4 and r.sector = p.sector
    union all
    select p.vestigingscode, p.sector, 'gemeente', 5, g.swv_code, greatest(g.geldig_vanaf, p.hier_vanaf),
        least(coalesce(g.geheel_tot, date '9999-12-31'), coalesce(l.eerste, date '9999-12-31'), p.hier_tot), 'eerst gezien', 'eerst gezien', null,
        'zeker', null, null
    from plaats p
    join gemeente_swv g on g.gemeentenummer = p.gemeentenummer and g.sector = p.sector and g.geheel
    left join genoemd l on l.postcode4 = p.postcode4 and l.sector = p.sector
)
select vestigingscode, sector, methode, rang, zekerheid, swv_code,
    -- there is no samenwerkingsverband passend onderwijs before 1 August 2014
    greatest(vanaf, date '2014-08-01') as geldig_vanaf,
    case when vanaf <= date '2014-08-01' and methode != 'rio' then 'begin van de wet' else vanaf_grond end as geldig_vanaf_grond,
    case when vanaf > date '2014-08-01' then vanaf_na end as geldig_vanaf_na,
    nullif(tot, date '9999-12-31') as geldig_tot, case when tot < date '9999-12-31' then tot_grond end as geldig_tot_grond,
    geldt_nu(geldig_vanaf, geldig_tot) as geldig, bron_sha256, bron_regel
from uitspraak
where tot > greatest(vanaf, date '2014-08-01')
qualify row_number() over (
    partition by vestigingscode, sector, methode, greatest(vanaf, date '2014-08-01'), swv_code order by tot desc
) = 1
