-- The build-up of the support money, line by line.
select
    o.swv_code as sleutel, o.periode, p.meest_compleet, o.groep, o.component, o.omschrijving, o.telling_naam, o.aantal_ondergrens,
    o.aantal_bovengrens, o.bedrag_per_eenheid, o.bedrag_ondergrens, o.bedrag_bovengrens, o.bekend_ondergrens, o.bekend_bovengrens,
    o.status, o.ontbreekt, o.teldatum, o.wetsartikel, o.bron, o.telt_mee, o.indicatief_teldatum,
    o.indicatief_bedrag_ondergrens, o.indicatief_bedrag_bovengrens
from ondersteuningsbekostiging_swv o
join bekostiging_per_periode p using (swv_code, periode)
order by o.periode desc, o.volgorde
