-- Every postcode4 with the SWV of each sector whose region it lies in now, since when, and what says so.
select
    p.postcode4, p.adressoort, p.woonplaats as plaats, g.naam as gemeente, round(p.latitude, 4) as lat, round(p.longitude, 4) as lon,
    po.swv_code as po, po.geldig_vanaf as po_sinds, po.geldig_vanaf_na as po_sinds_na, po.bron as po_bron,
    vo.swv_code as vo, vo.geldig_vanaf as vo_sinds, vo.geldig_vanaf_na as vo_sinds_na, vo.bron as vo_bron
from postcode4 p
left join gemeente g using (gemeentenummer)
left join postcode4_swv po on po.postcode4 = p.postcode4 and po.sector = 'PO' and geldt_nu(po.geldig_vanaf, po.geldig_tot)
left join postcode4_swv vo on vo.postcode4 = p.postcode4 and vo.sector = 'VO' and geldt_nu(vo.geldig_vanaf, vo.geldig_tot)
order by p.postcode4
