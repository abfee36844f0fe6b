-- Locations that no register has now: when they were last seen, and what stands at their postcode, of their kind, or is of the same
-- institution. No registry names a successor, so these are shown for what they are.
with adres as (
    select postcode, soort, min(vestigingscode) as code from vestiging group by postcode, soort
),
instelling as (
    select instellingscode, min(vestigingscode) as code from vestiging group by instellingscode
)
select
    b.vestigingscode as code, b.naam, b.soort, coalesce(b.plaats, g.naam) as plaats, b.laatst_gezien, a.code as zelfde_postcode,
    i.code as zelfde_instelling
from vestiging_bekend b
anti join vestiging v on v.vestigingscode = b.vestigingscode
left join gemeente g using (gemeentenummer)
left join adres a on a.postcode = b.postcode and a.soort = b.soort
left join instelling i on i.instellingscode = b.instellingscode
order by b.vestigingscode
