-- What a count per SWV is added up over: every link that counts, and for days on which no method could place a location each
-- SWV that it may belong to (those of its gemeente, or all where that is unknown), so that the truth lies within the bounds.
with mogelijk as (
    select distinct p.gemeentenummer, left(r.swv_code, 2) as sector, r.swv_code
    from swv_postcode4 r
    join postcode4 p using (postcode4)
),
-- outside the SWVs by law is not the same as unplaced
onbekend as (
    select vestigingscode, sector, geldig_vanaf, geldig_tot
    from koppeling
    where swv_code is null and reden not like 'cluster 1 en 2%'
    union all
    select vestigingscode, sector, date '2014-08-01', min(geldig_vanaf)
    from koppeling
    group by vestigingscode, sector
    having min(geldig_vanaf) > date '2014-08-01' and not bool_or(coalesce(reden, '') like 'cluster 1 en 2%')
)
select vestigingscode, sector, swv_code, geldig_vanaf, geldig_tot, true as zeker
from koppeling
where swv_code is not null
union all
select distinct o.vestigingscode, o.sector, m.swv_code, o.geldig_vanaf, o.geldig_tot, false
from onbekend o
join vestiging_bekend v using (vestigingscode)
join mogelijk m on m.sector = o.sector and (m.gemeentenummer = v.gemeentenummer or v.gemeentenummer is null)
