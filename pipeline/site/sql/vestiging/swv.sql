-- Its SWVs, now and before.
select vestigingscode as sleutel, sector, swv_code, methode, geldig_vanaf, geldig_vanaf_grond, geldig_tot, reden
from vestiging_swv
order by vestigingscode, sector, geldig_vanaf desc
