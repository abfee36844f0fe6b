-- The samenwerkingsverbanden for primary (po) and secondary (vo) education of every four-digit postcode, as they stand now.
create view postcode_en_swv as
select k.postcode4, p.woonplaats as plaats, g.naam as gemeente,
    max(k.swv_code) filter (k.sector = 'PO') as swv_po, max(a.aanduiding) filter (k.sector = 'PO') as naam_po,
    max(k.swv_code) filter (k.sector = 'VO') as swv_vo, max(a.aanduiding) filter (k.sector = 'VO') as naam_vo
from postcode4_swv k
left join postcode4 p using (postcode4)
left join gemeente g on g.gemeentenummer = p.gemeentenummer
left join swv_aanduiding a on a.swv_code = k.swv_code
where geldt_nu(k.geldig_vanaf, k.geldig_tot)
group by all
