-- What to call an SWV: by its name, and where none is known by its region, which is that of now, or the last that it had, or the first
-- that it will have. The gemeenten with the most pupils come first.
with gebied as (
    select swv_code, case when geldig then peildag() when geldig_vanaf > peildag() then geldig_vanaf else geldig_tot - 1 end as dag
    from swv_gebied
    qualify row_number() over (partition by swv_code order by geldig desc, geldig_vanaf desc) = 1
),
-- who lives at a postcode4, at the newest count of homes
thuis as (
    select herkomst as postcode4, sum(ondergrens + bovengrens) as leerlingen
    from leerlingen_postcode4
    where soort != 'VO' and peildatum = (select max(peildatum) from leerlingen_postcode4 where soort != 'VO')
    group by herkomst
),
deel as (
    -- CBS tells two of one name apart by the province: Beek (L.)
    select n.swv_code, regexp_replace(g.naam, ' \([^)]*\)$', '') as naam, coalesce(sum(t.leerlingen), 0) as leerlingen,
        count(*) as postcodes
    from gebied b
    join postcode4_swv n on n.swv_code = b.swv_code and geldt_op(n.geldig_vanaf, n.geldig_tot, b.dag)
    join postcode4 p using (postcode4)
    join gemeente g using (gemeentenummer)
    left join thuis t using (postcode4)
    group by n.swv_code, g.gemeentenummer, g.naam
),
gemeenten as (
    select swv_code, list(naam order by leerlingen desc, postcodes desc, naam) as namen from deel group by swv_code
),
omschreven as (
    select s.swv_code, s.naam, s.naam_bron, n.website, array_to_string(g.namen, '; ') as gemeenten,
        case when s.landelijk then 'heel Nederland'
            when len(g.namen) > 3 then array_to_string(g.namen[:3], ', ') || ' e.a.'
            when len(g.namen) > 1 then array_to_string(g.namen[:-2], ', ') || ' en ' || g.namen[-1]
            else g.namen[1] end as gebied
    from samenwerkingsverband s
    left join gemeenten g using (swv_code)
    left join swv_naam n on n.swv_code = s.swv_code and n.zeker
)
select swv_code, coalesce(naam, gebied, swv_code) as aanduiding, naam, naam_bron, website, gebied, gemeenten
from omschreven
