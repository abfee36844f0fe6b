-- Participation against the nation, in the role of the usual definition.
select
    swv_code as sleutel, soort, rol, year(peildatum) as jaar, telwijze, percentage_ondergrens as ondergrens,
    percentage_bovengrens as bovengrens, landelijk_ondergrens, landelijk_bovengrens, rang_hoogst, rang_laagst, aantal_swv,
    alle_clusters_ondergrens, alle_clusters_bovengrens, noemer, zonder_cluster_1_en_2, reden
from deelname_swv
where voorkeur
order by soort, peildatum
