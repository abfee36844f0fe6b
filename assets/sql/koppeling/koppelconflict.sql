-- Locations about which methods disagree now: what each method says, and which one was kept.
select k.vestigingscode, k.sector, k.methode, k.swv_code, coalesce(k.methode = g.methode and k.swv_code = g.swv_code, false) as gekozen
from koppelkandidaat k
join vestiging v using (vestigingscode)
left join koppeling g on g.vestigingscode = k.vestigingscode and g.sector = k.sector and geldt_nu(g.geldig_vanaf, g.geldig_tot)
where k.geldig
qualify count(distinct k.swv_code) over (partition by k.vestigingscode, k.sector) > 1
    and rank() over (partition by k.vestigingscode, k.sector, k.methode order by k.geldig_vanaf desc) = 1
