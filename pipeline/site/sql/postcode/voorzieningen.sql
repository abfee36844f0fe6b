-- The nearest of each kind of provision: inside the SWV, and anywhere.
select
    postcode4 as sleutel, sector, voorziening, vestiging_binnen as binnen, round(km_binnen, 1) as km_binnen, reden_binnen,
    vestiging_overal as overal, round(km_overal, 1) as km_overal, reden_overal
from dekking_postcode4
order by postcode4, sector, voorziening
