-- The locations that stand now by the newest evidence of any registry (vestiging_bekend), with coordinates: those of the registry's own location at the same postcode, or of its
-- only location; else the centre of the postcode4, which `coordinaat_bron` says.
with locatie as (
    select r.vestigingscode, l.latitude, l.longitude, l.postcode, count(*) over (partition by r.vestigingscode) as aantal, l.onderwijslocatiecode
    from stg_rio_locatie_vestiging r
    join stg_rio_locaties l using (onderwijslocatiecode)
    where geldt_nu(r.begindatum, r.einddatum)
),
gekozen as (
    select v.vestigingscode, l.latitude, l.longitude
    from vestiging_bekend v
    join locatie l on l.vestigingscode = v.vestigingscode and (l.postcode = v.postcode or l.aantal = 1)
    qualify row_number() over (partition by v.vestigingscode order by l.postcode = v.postcode desc nulls last, l.onderwijslocatiecode) = 1
)
select
    v.vestigingscode, v.instellingscode, v.bevoegd_gezag_nummer, coalesce(v.naam, v.vestigingscode) as naam, v.soort,
    v.cluster, v.onderwijsstructuur, v.denominatie, v.adres, v.postcode, v.postcode4, v.plaats, v.gemeentenummer, v.provincie, v.website,
    coalesce(g.latitude, p.latitude) as latitude,
    coalesce(g.longitude, p.longitude) as longitude,
    case when g.latitude is not null then 'locatie' when p.latitude is not null then 'postcode4' end as coordinaat_bron,
    v.eerst_gezien, v.laatst_gezien, v.laatst_gezien_in, v.peildatum, v.bron, v.bron_sha256, v.bron_regel
from vestiging_bekend v
left join gekozen g using (vestigingscode)
left join postcode4 p using (postcode4)
where v.actueel
