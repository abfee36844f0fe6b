-- Participation in sbo, so, vso and pro per samenwerkingsverband, in percent, beside the nation and with its place among all; of so and
-- vso that of cluster 3 and 4, and beside it that of all clusters, where 1 and 2 may be among them. Of the
-- three ways of counting, the one that fits the definition best. Each is of the newest count that gives a percentage (peildatum), or
-- says why there is none.
create view deelname_nu as
with nieuwste as (
    select * from deelname_swv
    where voorkeur
    qualify row_number() over (partition by swv_code, soort order by percentage_ondergrens is not null desc, peildatum desc) = 1
),
-- every samenwerkingsverband of now has a row for each kind of its sector
verband as (
    select s.swv_code, a.aanduiding as naam, k.soort
    from samenwerkingsverband s
    join swv_aanduiding a using (swv_code)
    join (select distinct left(swv_code, 2) as sector, soort from nieuwste) k using (sector)
    where geldt_nu(s.begindatum, s.einddatum)
)
select v.soort, v.swv_code, v.naam, d.peildatum, d.percentage_ondergrens as minstens, d.percentage_bovengrens as hoogstens,
    d.alle_clusters_ondergrens as alle_clusters_minstens, d.alle_clusters_bovengrens as alle_clusters_hoogstens,
    d.landelijk_ondergrens as landelijk_minstens, d.landelijk_bovengrens as landelijk_hoogstens,
    d.rang_hoogst as plaats_vanaf, d.rang_laagst as plaats_tot, d.aantal_swv, d.verschil_ondergrens as verandering_minstens,
    d.verschil_bovengrens as verandering_hoogstens, d.telwijze,
    case when d.swv_code is null then 'geen telling noemt leerlingen van deze soort in dit samenwerkingsverband' else d.reden end as reden
from verband v
left join nieuwste d using (swv_code, soort)
