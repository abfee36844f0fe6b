-- Every location that stands now: a point on the map, and what is searched by name or BRIN.
select
    v.vestigingscode as code, v.naam, v.soort, v.cluster, v.plaats, v.postcode,
    case when v.soort not in ('BO', 'VO') then v.website end as website,
    round(v.latitude, 5) as lat, round(v.longitude, 5) as lon,
    po.swv_code as po, vo.swv_code as vo
from vestiging v
left join vestiging_swv po on po.vestigingscode = v.vestigingscode and po.sector = 'PO' and geldt_nu(po.geldig_vanaf, po.geldig_tot)
left join vestiging_swv vo on vo.vestigingscode = v.vestigingscode and vo.sector = 'VO' and geldt_nu(vo.geldig_vanaf, vo.geldig_tot)
order by v.vestigingscode
