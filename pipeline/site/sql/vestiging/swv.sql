-- Its SWVs: now, before, and what is announced.
select
    vestigingscode as sleutel, sector, swv_code, methode, zekerheid, anders_swv_code, geldig_vanaf, geldig_vanaf_grond, geldig_vanaf_na,
    geldig_tot, reden,
    case when geldt_nu(geldig_vanaf, geldig_tot) then 'nu' when geldig_vanaf > peildag() then 'straks' else 'eerder' end as wanneer
from vestiging_swv
order by vestigingscode, sector, geldig_vanaf desc
