-- The links of the locations that stand now, with those of before and those that are announced.
select k.vestigingscode, k.sector, k.swv_code, k.methode, k.zekerheid, k.anders_swv_code, k.geldig_vanaf, k.geldig_vanaf_grond,
    k.geldig_vanaf_na, k.geldig_tot, geldt_nu(k.geldig_vanaf, k.geldig_tot) as geldig, k.reden,
    k.bron_sha256, k.bron_regel
from koppeling k
join vestiging v using (vestigingscode)
where k.actueel
