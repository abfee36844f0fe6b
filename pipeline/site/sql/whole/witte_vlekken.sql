-- Where most pupils live farthest from a kind of special provision: by kind, the postcodes with the most pupil-kilometres to the nearest.
select
    sector, voorziening, postcode4, swv_code as swv, round(km_overal, 1) as km, vestiging_overal as school,
    leerlingen_ondergrens, leerlingen_bovengrens, year(peildatum) as jaar
from dekking_postcode4
where km_overal is not null and leerlingen_bovengrens > 0
    and voorziening not in ('BO', 'VO', 'VBO', 'MAVO', 'HAVO', 'VWO')
qualify row_number() over (partition by sector, voorziening order by km_overal * leerlingen_bovengrens desc, postcode4) <= 60
order by sector, voorziening, km_overal * leerlingen_bovengrens desc, postcode4
