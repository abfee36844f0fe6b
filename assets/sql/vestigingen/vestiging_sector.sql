-- The sectors in which each location is or was: of its present kind, and of every kind a register or a count ever saw there. A
-- school that is vso now and taught so in 2019 has a po-SWV for that year.
with soort as (
    select vestigingscode, soort, true as actueel from vestiging_bekend
    union all
    select vestigingscode, soort, false from vestiging_gezien
)
select v.vestigingscode, s.sector, bool_or(v.actueel) as actueel
from soort v
join referentie.soorten s using (soort)
group by v.vestigingscode, s.sector
