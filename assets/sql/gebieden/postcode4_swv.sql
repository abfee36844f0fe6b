-- The one SWV whose region a postcode4 lies in on each day, per sector: RIO before the statutory table, of two equally
-- strong the one that began last. Until a list names it, a postcode4 is that of its gemeente, where all
-- others of it lie in one SWV.
with dag as (
    select left(swv_code, 2) as sector, postcode4, geldig_vanaf as dag from swv_postcode4
    union
    select left(swv_code, 2), postcode4, geldig_tot from swv_postcode4 where geldig_tot is not null
),
beste as (
    select d.sector, d.postcode4, d.dag, r.swv_code, r.bron, case when r.geldig_vanaf = d.dag then r.geldig_vanaf_na end as geldig_vanaf_na
    from dag d
    left join swv_postcode4 r on r.postcode4 = d.postcode4 and left(r.swv_code, 2) = d.sector
        and geldt_op(r.geldig_vanaf, r.geldig_tot, d.dag)
    qualify row_number() over (
        partition by d.sector, d.postcode4, d.dag order by r.bron = 'rio' desc, r.geldig_vanaf desc, r.swv_code
    ) = 1
),
begin_ as (
    select *, (swv_code, bron) is distinct from lag((swv_code, bron)) over (partition by sector, postcode4 order by dag) as nieuw
    from beste
),
periode as (
    select postcode4, sector, dag as geldig_vanaf, lead(dag) over (partition by sector, postcode4 order by dag) as geldig_tot,
        geldig_vanaf_na, swv_code, bron
    from begin_
    where nieuw
),
genoemd as (select postcode4, sector, min(dag) as eerste from dag group by postcode4, sector)
select postcode4, sector, geldig_vanaf, geldig_tot, geldig_vanaf_na, geldt_nu(geldig_vanaf, geldig_tot) as geldig, swv_code, bron
from periode
where swv_code is not null
union all
select p.postcode4, g.sector, g.geldig_vanaf, least(coalesce(g.geheel_tot, l.eerste), coalesce(l.eerste, g.geheel_tot)) as tot, null,
    geldt_nu(g.geldig_vanaf, tot), g.swv_code, 'gemeente'
from postcode4 p
join gemeente_swv g on g.gemeentenummer = p.gemeentenummer and g.geheel
left join genoemd l on l.postcode4 = p.postcode4 and l.sector = g.sector
-- somebody lives or teaches there: a post-box number lies in no region
where p.gemeente_bron in ('leerlingen', 'register') and coalesce(l.eerste > g.geldig_vanaf, true)
