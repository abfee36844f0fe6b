-- What each method of the precedence says of each location and sector, with the time for which it says so.
-- 1 rio, 2 landelijk, 3 rio_regio, 4 regeling, 5 gemeente (WPO art. 18a, WVO art. 17a).
with plaats as (
    select v.vestigingscode, v.soort, v.denominatie, v.postcode4, v.gemeentenummer, v.peildatum, s.sector
    from vestiging_bekend v
    join (values ('BO', 'PO'), ('SBO', 'PO'), ('SO', 'PO'), ('VSO', 'VO'), ('SOVSO', 'PO'), ('SOVSO', 'VO'), ('VO', 'VO')) s (soort, sector)
        using (soort)
    -- cluster 1 and 2 lie outside the samenwerkingsverbanden
    where coalesce(v.cluster, '') not in ('1', '2')
),
regio as (
    select swv_code, left(swv_code, 2) as sector, postcode4, geldig_vanaf, geldig_tot, bron from swv_postcode4
),
-- the SWV of a gemeente, where all its postcode4s lie in one and the same
per_gemeente as (
    select p.gemeentenummer, r.sector, any_value(r.swv_code) as swv_code, min(r.geldig_vanaf) as geldig_vanaf
    from regio r
    join postcode4 p using (postcode4)
    where r.geldig_tot is null and p.gemeentenummer is not null
    group by p.gemeentenummer, r.sector
    having count(distinct r.swv_code) = 1
),
kandidaat as (
    select p.vestigingscode, p.sector, 'rio' as methode, 1 as rang, r.swv_nummer as swv_code, r.begindatum as geldig_vanaf,
        r.einddatum as geldig_tot, p.peildatum
    from plaats p
    join stg_rio_swv_vestiging r on r.vestigingscode = p.vestigingscode and left(r.swv_nummer, 2) = p.sector
    join samenwerkingsverband s on s.swv_code = r.swv_nummer
    union all
    -- vo only: the code of the po counterpart is not known, so a po school is not moved by its denominatie alone
    select p.vestigingscode, p.sector, 'landelijk', 2, s.swv_code, coalesce(s.begindatum, date '2014-08-01'), s.einddatum, p.peildatum
    from plaats p
    join samenwerkingsverband s on s.swv_code = 'VO0001'
    where p.soort = 'VO' and p.denominatie = 'Reformatorisch'
    union all
    select p.vestigingscode, p.sector, case r.bron when 'rio' then 'rio_regio' else 'regeling' end,
        case r.bron when 'rio' then 3 else 4 end, r.swv_code, r.geldig_vanaf, r.geldig_tot, p.peildatum
    from plaats p
    join regio r on r.postcode4 = p.postcode4 and r.sector = p.sector
    union all
    select p.vestigingscode, p.sector, 'gemeente', 5, g.swv_code, g.geldig_vanaf, null, p.peildatum
    from plaats p
    join per_gemeente g on g.gemeentenummer = p.gemeentenummer and g.sector = p.sector
    where not exists (select 1 from regio r where r.postcode4 = p.postcode4 and r.sector = p.sector)
)
select vestigingscode, sector, methode, rang, swv_code, geldig_vanaf, geldig_tot,
    -- end dates are exclusive
    coalesce(geldig_vanaf <= peildatum and (geldig_tot is null or geldig_tot > peildatum), peildatum is null and geldig_tot is null) as geldig
from kandidaat
qualify row_number() over (
    partition by vestigingscode, sector, methode, geldig_vanaf order by geldig_tot desc nulls first, swv_code
) = 1
