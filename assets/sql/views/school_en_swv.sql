-- Every school location that stands now, with its board, its place and the samenwerkingsverband it belongs to. A location has a
-- row for each sector it belongs to (po, vo); without a samenwerkingsverband reden says why. Where zekerheid is "aannemelijk" nothing but its
-- denominatie says so, and else it belongs to anders_swv_code. Where sinds_grond is "eerst gezien" it
-- belongs there at least since that day: the first on which an edition or a count at hand shows it.
create view school_en_swv as
select v.vestigingscode, v.naam, v.soort, v.cluster, b.aanduiding as bestuur, v.adres, v.postcode, v.plaats, g.naam as gemeente,
    v.provincie, k.sector, k.swv_code, a.aanduiding as swv_naam, k.geldig_vanaf as sinds, k.geldig_vanaf_grond as sinds_grond, k.methode,
    k.zekerheid, k.anders_swv_code, k.reden
from vestiging v
join vestiging_swv k on k.vestigingscode = v.vestigingscode and geldt_nu(k.geldig_vanaf, k.geldig_tot)
left join swv_aanduiding a using (swv_code)
left join bevoegd_gezag b on b.bevoegd_gezag_nummer = v.bevoegd_gezag_nummer
left join gemeente g on g.gemeentenummer = v.gemeentenummer
