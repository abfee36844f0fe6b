-- In which regions each gemeente lies, wholly or in part: RIO's and the statutory regions, added up over its postcode4s. What ended
-- counts as long as nothing of the gemeente lies in that region any more, and what is announced from the day on which it begins.
with deel as (
    select p.gemeentenummer, left(r.swv_code, 2) as sector, r.swv_code, n.dag,
        count(distinct r.postcode4) filter (geldt_op(r.geldig_vanaf, r.geldig_tot, n.dag)) as postcodes,
        coalesce(
            min(r.geldig_vanaf) filter (geldt_op(r.geldig_vanaf, r.geldig_tot, n.dag)), min(r.geldig_vanaf) filter (r.geldig_vanaf > n.dag),
            min(r.geldig_vanaf)
        ) as geldig_vanaf,
        case when bool_and(r.geldig_tot is not null) then max(r.geldig_tot) end as geldig_tot
    from swv_postcode4 r
    join postcode4 p using (postcode4)
    cross join peildag n
    where p.gemeentenummer is not null
    group by p.gemeentenummer, r.swv_code, n.dag
),
-- beside the others of its sector: those that hold on the first day from now on that it does, and the first that begins after it
naast as (
    select d.gemeentenummer, d.swv_code, min(a.geldig_vanaf) filter (a.geldig_vanaf > greatest(d.geldig_vanaf, d.dag)) as volgende,
        count(a.swv_code) filter (geldt_op(a.geldig_vanaf, a.geldig_tot, greatest(d.geldig_vanaf, d.dag))) as andere
    from deel d
    left join deel a on a.gemeentenummer = d.gemeentenummer and a.sector = d.sector and a.swv_code != d.swv_code
    group by d.gemeentenummer, d.swv_code
)
select d.gemeentenummer, d.sector, d.swv_code, d.geldig_vanaf, d.geldig_tot, d.postcodes,
    n.andere = 0 and coalesce(d.geldig_tot > greatest(d.dag, d.geldig_vanaf), true) as geheel, case when geheel then least(d.geldig_tot, n.volgende) end as geheel_tot
from deel d
join naast n using (gemeentenummer, swv_code)
