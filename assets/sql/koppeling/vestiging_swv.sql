select k.vestigingscode, k.sector, k.swv_code, k.methode, k.geldig_vanaf, k.geldig_tot, geldt_nu(k.geldig_vanaf, k.geldig_tot) as geldig,
    k.reden
from koppeling k
join vestiging v using (vestigingscode)
where k.actueel
