-- Locations about which methods disagree now: what each method says, and which one was kept.
select k.vestigingscode, k.sector, k.methode, k.swv_code, k.rang = min(k.rang) over (partition by k.vestigingscode, k.sector) as gekozen
from koppelkandidaat k
join vestiging v using (vestigingscode)
where k.geldig
qualify count(distinct k.swv_code) over (partition by k.vestigingscode, k.sector) > 1
    and row_number() over (partition by k.vestigingscode, k.sector, k.methode order by k.geldig_vanaf desc, k.swv_code) = 1
