-- What a count per SWV is added up over: every link that counts; of one that is no more than likely also the SWV that it else belongs to;
-- and for days on which no method could place a location each SWV that it may belong to: those of its gemeente, of the gemeente that
-- took that over, of its place, of its province, or all.
with gebied as (
    select distinct p.gemeentenummer, lower(strip_accents(p.woonplaats)) as plaats, p.provincie, left(r.swv_code, 2) as sector, r.swv_code
    from swv_postcode4 r
    join postcode4 p using (postcode4)
),
-- outside the SWVs by law is not the same as unplaced
onbekend as (
    select k.vestigingscode, k.sector, k.geldig_vanaf, k.geldig_tot, v.gemeentenummer, g.opvolger, lower(strip_accents(v.plaats)) as plaats,
        v.provincie
    from koppeling k
    join vestiging_bekend v using (vestigingscode)
    left join gemeente g using (gemeentenummer)
    where coalesce(k.zekerheid, '') != 'zeker' and k.anders_swv_code is null and coalesce(k.reden, '') not like 'cluster 1 en 2%'
),
kans as (
    select o.vestigingscode, o.sector, o.geldig_vanaf, o.geldig_tot, 1 as rang, g.swv_code
    from onbekend o
    join gebied g on g.gemeentenummer = o.gemeentenummer and g.sector = o.sector
    union
    select o.vestigingscode, o.sector, o.geldig_vanaf, o.geldig_tot, 2, g.swv_code
    from onbekend o
    join gebied g on g.gemeentenummer = o.opvolger and g.sector = o.sector
    union
    select o.vestigingscode, o.sector, o.geldig_vanaf, o.geldig_tot, 3, g.swv_code
    from onbekend o
    join gebied g on g.plaats = o.plaats and g.sector = o.sector
    union
    select o.vestigingscode, o.sector, o.geldig_vanaf, o.geldig_tot, 4, g.swv_code
    from onbekend o
    join (select distinct provincie, sector, swv_code from gebied) g on g.provincie = o.provincie and g.sector = o.sector
),
-- nothing known of its place
overal as (
    select o.vestigingscode, o.sector, o.geldig_vanaf, o.geldig_tot, s.swv_code
    from onbekend o
    anti join kans k on k.vestigingscode = o.vestigingscode and k.sector = o.sector
    join (select distinct sector, swv_code from gebied) s on s.sector = o.sector
),
gekozen as (
    select * from kans
    qualify rang = min(rang) over (partition by vestigingscode, sector, geldig_vanaf)
)
select vestigingscode, sector, swv_code, geldig_vanaf, geldig_tot, zekerheid, zekerheid = 'zeker' as zeker
from koppeling
where swv_code is not null
union all
select vestigingscode, sector, anders_swv_code, geldig_vanaf, geldig_tot, 'anders', false
from koppeling
where anders_swv_code is not null
union all
select vestigingscode, sector, swv_code, geldig_vanaf, geldig_tot, 'mogelijk', false from gekozen
union all
select vestigingscode, sector, swv_code, geldig_vanaf, geldig_tot, 'mogelijk', false from overal
