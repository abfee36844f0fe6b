-- Pupils per samenwerkingsverband at every count, in the regions of one day, so that a series is of the same regions throughout. The
-- roles are those of table leerlingen_swv (vestiging, woon), which gives each count in the regions of its own day; a location or a
-- home of which the region on that day is not known stands under swv_code null.
create macro leerlingen_swv_op(datum) as table
with school as (
    select s.sector, l.vestigingscode, l.soort, l.peildatum, l.ondergrens, l.bovengrens
    from leerlingen_vestiging l
    -- what so and vso are counted together belongs to one of each sector
    join (
        values ('BO', 'PO'), ('SBO', 'PO'), ('SO', 'PO'), ('SOVSO', 'PO'), ('SOVSO', 'VO'), ('VSO', 'VO'), ('VO', 'VO')
    ) s (soort, sector) on s.soort = l.soort
    where l.peildatum >= date '2014-08-01' and l.bovengrens > 0 and not l.uitgesplitst
),
-- one that is no more than likely in one SWV is possibly in two
lid as (
    select vestigingscode, sector, swv_code, zekerheid, geldig_vanaf, geldig_tot from koppeling
    union all
    select vestigingscode, sector, anders_swv_code, zekerheid, geldig_vanaf, geldig_tot from koppeling where anders_swv_code is not null
),
rollen as (
    select k.swv_code, 'vestiging' as rol, s.sector, s.soort, s.peildatum,
        case when k.zekerheid = 'aannemelijk' then 0 else s.ondergrens end as ondergrens, s.bovengrens
    from school s
    left join lid k on k.vestigingscode = s.vestigingscode and k.sector = s.sector
        and geldt_op(k.geldig_vanaf, k.geldig_tot, cast(datum as date))
    union all
    select case when regexp_full_match(woon_swv, '(PO|VO)\d{4}') then woon_swv end, 'woon', if(soort in ('VSO', 'VO'), 'VO', 'PO'),
        soort, peildatum, ondergrens, bovengrens
    from herkomst_swv_op(datum)
    where peildatum >= date '2014-08-01'
)
select swv_code, rol, sector, soort, peildatum, case when sum(ondergrens) = sum(bovengrens) then sum(ondergrens)::bigint end as leerlingen,
    sum(ondergrens)::bigint as ondergrens, sum(bovengrens)::bigint as bovengrens
from rollen
group by swv_code, rol, sector, soort, peildatum
