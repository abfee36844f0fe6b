-- Every SWV, with the gemeenten of its region, the largest first, so that it can be recognised where no name is known. One
-- that has ended, or that is announced, has the region that it had last, or will have.
with gebied as (
    select * from swv_gebied
    qualify row_number() over (partition by swv_code order by geldig desc, geldig_vanaf desc) = 1
),
aanbod as (
    select swv_code, ontbrekende_voorzieningen from swv_kerncijfers
    where voorzieningen_onbekend is not null
    qualify row_number() over (partition by swv_code order by jaar desc) = 1
),
scholen as (
    select swv_code, count(*) as vestigingen from vestiging_swv
    where geldt_nu(geldig_vanaf, geldig_tot) and swv_code is not null
    group by swv_code
)
select
    s.swv_code as code, s.naam, a.website, s.sector, s.landelijk, s.begindatum, s.einddatum, s.opvolger,
    geldt_nu(s.begindatum, s.einddatum) or coalesce(g.geldig, false) as nu,
    coalesce(string_split(a.gemeenten, '; '), []) as gemeenten, coalesce(v.vestigingen, 0) as vestigingen,
    g.gemaakt_van, g.benaderd, g.peildatum as gebied_peildatum, g.reden as gebied_reden,
    round(g.latitude, 4) as lat, round(g.longitude, 4) as lon, k.ontbrekende_voorzieningen as ontbreekt
from samenwerkingsverband s
join swv_aanduiding a using (swv_code)
left join scholen v using (swv_code)
left join gebied g using (swv_code)
left join aanbod k using (swv_code)
order by s.swv_code
