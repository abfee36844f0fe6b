-- Every SWV, with the gemeenten of its region, the largest first, so that it can be recognised where no register names it.
with regio as (
    select n.swv_code, g.naam, count(*) as postcodes
    from postcode4_swv n
    join postcode4 p using (postcode4)
    join gemeente g using (gemeentenummer)
    where geldt_nu(n.geldig_vanaf, n.geldig_tot)
    group by all
),
gemeenten as (
    select swv_code, list(naam order by postcodes desc, naam) as gemeenten from regio group by swv_code
),
scholen as (
    select swv_code, count(*) as vestigingen from vestiging_swv
    where geldt_nu(geldig_vanaf, geldig_tot) and swv_code is not null
    group by swv_code
)
select
    s.swv_code as code, s.naam, s.sector, s.landelijk, s.begindatum, s.einddatum, s.opvolger,
    geldt_nu(s.begindatum, s.einddatum) or r.swv_code is not null as nu,
    coalesce(r.gemeenten, []) as gemeenten, coalesce(v.vestigingen, 0) as vestigingen,
    g.gemaakt_van, g.benaderd, g.peildatum as gebied_peildatum, g.reden as gebied_reden,
    round(g.latitude, 4) as lat, round(g.longitude, 4) as lon
from samenwerkingsverband s
left join gemeenten r using (swv_code)
left join scholen v using (swv_code)
left join swv_gebied g using (swv_code)
order by s.swv_code
