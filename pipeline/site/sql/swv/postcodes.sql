-- The region of now.
select
    n.swv_code as sleutel, n.postcode4, p.woonplaats as plaats, g.naam as gemeente,
    n.geldig_vanaf as sinds, n.geldig_vanaf_na as sinds_na, n.bron
from postcode4_swv n
left join postcode4 p using (postcode4)
left join gemeente g using (gemeentenummer)
where geldt_nu(n.geldig_vanaf, n.geldig_tot)
order by g.naam, n.postcode4
