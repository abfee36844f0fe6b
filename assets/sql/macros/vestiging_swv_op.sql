-- The samenwerkingsverband of every location on a day, per sector, and how that is known. Locations that had closed by then
-- are left out, and those that no source at hand shows as early as that, unless a registry itself dates the link (gezien is null).
create macro vestiging_swv_op(datum) as table
select k.vestigingscode, k.sector, k.swv_code, k.methode, k.zekerheid, k.anders_swv_code, k.geldig_vanaf,
    k.geldig_vanaf_grond, k.geldig_tot, k.reden, v.naam, v.soort,
    case when v.eerst_gezien <= cast(datum as date) then true end as gezien
from koppeling k
join vestiging_bekend v using (vestigingscode)
where geldt_op(k.geldig_vanaf, k.geldig_tot, cast(datum as date))
    and (k.actueel or v.peildatum > cast(datum as date))
    and (v.actueel or v.laatst_gezien >= cast(datum as date))
