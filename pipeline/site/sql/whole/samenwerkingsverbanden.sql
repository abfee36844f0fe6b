-- Every SWV, with the gemeenten of its region, the largest first, so that it can be recognised where no register names it. One
-- that has ended, or that is announced, has the region that it had last, or will have.
with gebied as (
    select *, case when geldig then peildag() when geldig_vanaf > peildag() then geldig_vanaf else geldig_tot - 1 end as dag
    from swv_gebied
    qualify row_number() over (partition by swv_code order by geldig desc, geldig_vanaf desc) = 1
),
regio as (
    select n.swv_code, g.naam, count(*) as postcodes
    from postcode4_swv n
    join gebied r on r.swv_code = n.swv_code and geldt_op(n.geldig_vanaf, n.geldig_tot, r.dag)
    join postcode4 p using (postcode4)
    join gemeente g using (gemeentenummer)
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
    geldt_nu(s.begindatum, s.einddatum) or coalesce(g.geldig, false) as nu,
    coalesce(r.gemeenten, []) as gemeenten, coalesce(v.vestigingen, 0) as vestigingen,
    g.gemaakt_van, g.benaderd, g.peildatum as gebied_peildatum, g.reden as gebied_reden,
    round(g.latitude, 4) as lat, round(g.longitude, 4) as lon
from samenwerkingsverband s
left join gemeenten r using (swv_code)
left join scholen v using (swv_code)
left join gebied g using (swv_code)
order by s.swv_code
