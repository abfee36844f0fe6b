-- In which regions each gemeente lies, wholly or in part: RIO's and the statutory regions, added up over its postcode4s. What ended
-- counts as long as nothing of the gemeente lies in that region any more.
with deel as (
    select p.gemeentenummer, left(r.swv_code, 2) as sector, r.swv_code, count(distinct r.postcode4) filter (r.geldig_tot is null) as postcodes,
        min(r.geldig_vanaf) filter (r.geldig_tot is null) as nu_vanaf, min(r.geldig_vanaf) as ooit_vanaf, max(r.geldig_tot) as ooit_tot
    from swv_postcode4 r
    join postcode4 p using (postcode4)
    where p.gemeentenummer is not null
    group by p.gemeentenummer, r.swv_code
)
select gemeentenummer, sector, swv_code, coalesce(nu_vanaf, ooit_vanaf) as geldig_vanaf, case when postcodes = 0 then ooit_tot end as geldig_tot,
    postcodes, postcodes > 0 and count(*) filter (postcodes > 0) over (partition by gemeentenummer, sector) = 1 as geheel
from deel
