-- Where the registry's own dated relations do not make one unbroken line per location and sector: two samenwerkingsverbanden
-- on the same day, or days between two relations without any. What then counts, says koppeling.
with relatie as (
    select distinct r.vestigingscode, left(r.swv_nummer, 2) as sector, r.swv_nummer as swv_code, r.begindatum as vanaf,
        coalesce(r.einddatum, date '9999-12-31') as tot
    from stg_rio_swv_vestiging r
    join samenwerkingsverband s on s.swv_code = r.swv_nummer
    where coalesce(r.einddatum, date '9999-12-31') > date '2014-08-01'
),
overlap as (
    select a.vestigingscode, a.sector, 'overlap' as soort, greatest(a.vanaf, b.vanaf) as vanaf, least(a.tot, b.tot) as tot,
        a.swv_code, b.swv_code as ander_swv_code
    from relatie a
    join relatie b on a.vestigingscode = b.vestigingscode and a.sector = b.sector
        and (a.vanaf, a.swv_code, a.tot) < (b.vanaf, b.swv_code, b.tot) and b.vanaf < a.tot and a.vanaf < b.tot
),
volgende as (
    select vestigingscode, sector, swv_code,
        max(tot) over (partition by vestigingscode, sector order by vanaf, tot, swv_code rows between unbounded preceding and current row) as tot,
        lead(vanaf) over (partition by vestigingscode, sector order by vanaf, tot, swv_code) as volgt,
        lead(swv_code) over (partition by vestigingscode, sector order by vanaf, tot, swv_code) as ander_swv_code
    from relatie
)
select vestigingscode, sector, soort, vanaf, nullif(tot, date '9999-12-31') as tot, swv_code, ander_swv_code from overlap
union all
select vestigingscode, sector, 'gat', tot, volgt, swv_code, ander_swv_code from volgende where volgt > tot
union all
-- a relation with an SWV on days on which that SWV does not exist
select r.vestigingscode, r.sector, 'swv bestaat niet', greatest(r.vanaf, coalesce(s.einddatum, r.vanaf)),
    nullif(case when s.begindatum > r.vanaf then least(r.tot, s.begindatum) else r.tot end, date '9999-12-31'), r.swv_code, '-'
from relatie r
join samenwerkingsverband s using (swv_code)
where s.begindatum > r.vanaf or s.einddatum < r.tot
