-- The net support money of each samenwerkingsverband per school year or calendar year, in euro. It is never guessed: a period of which
-- an amount or a count is missing has no total, and ontbreekt tells what is missing. The lines of it stand in
-- ondersteuningsbekostiging_swv.
create view bekostiging_per_periode as
select o.swv_code, a.aanduiding as naam, o.periode, o.bedrag as netto, o.status, o.ontbreekt
from ondersteuningsbekostiging_swv o
left join swv_aanduiding a using (swv_code)
where o.component = 'netto'
