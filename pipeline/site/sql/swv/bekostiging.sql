-- The build-up of the support money, line by line.
select
    swv_code as sleutel, periode, groep, component, omschrijving, telling_naam, aantal_ondergrens, aantal_bovengrens,
    bedrag_per_eenheid, bedrag, status, ontbreekt, teldatum, wetsartikel, bron, telt_mee
from ondersteuningsbekostiging_swv
order by periode desc, volgorde
