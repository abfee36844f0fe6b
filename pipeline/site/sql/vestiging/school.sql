-- The location as its register has it.
select
    v.vestigingscode as sleutel, v.naam, v.soort, v.cluster, v.onderwijsstructuur, v.denominatie, v.adres, v.postcode, v.plaats,
    g.naam as gemeente, v.provincie, v.website, v.bevoegd_gezag_nummer as bestuur,
    coalesce(b.naam || ' (' || b.bevoegd_gezag_nummer || ')', b.aanduiding) as bestuur_aanduiding,
    round(v.latitude, 5) as lat, round(v.longitude, 5) as lon, v.coordinaat_bron, v.peildatum, v.bron, v.laatst_gezien,
    v.laatst_gezien_in
from vestiging v
left join gemeente g using (gemeentenummer)
left join bevoegd_gezag b using (bevoegd_gezag_nummer)
