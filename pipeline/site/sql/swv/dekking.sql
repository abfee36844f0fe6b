-- Which kinds of provision there are, and how near.
select
    swv_code as sleutel, voorziening, aanwezig, reden, vestigingen,
    aandeel_10km_binnen_ondergrens as binnen_ondergrens, aandeel_10km_binnen_bovengrens as binnen_bovengrens,
    gemiddelde_km_overal_ondergrens as km_ondergrens, gemiddelde_km_overal_bovengrens as km_bovengrens, year(peildatum) as jaar
from dekking_swv
order by voorziening
