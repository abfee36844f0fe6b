-- Where a pupil can go within the zorgplicht.
select vestigingscode as sleutel, sector, route, voorziening, doel, in_swv, round(km, 1) as km, reden
from dekking_vestiging
where route != 'eigen school'
order by vestigingscode, sector, route, voorziening, rang
