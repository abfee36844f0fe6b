-- Pupils over the years, at schools of the SWV and, where homes are published, those who live there.
select swv_code as sleutel, rol, soort, year(peildatum) as jaar, ondergrens, bovengrens, telwijze
from leerlingen_swv
order by rol, soort, peildatum
