-- What each current location offers, and in which samenwerkingsverband that counts: cluster 1 and 2 in none, by law. Where no
-- list at hand names the cluster of a location, it offers so or vso of a cluster that is not known, which is no absence.
with deel as (
    select v.vestigingscode, s.deel as soort, s.sector, string_split(v.onderwijsstructuur, '/') as structuren,
        list_filter(string_split(coalesce(v.cluster, ''), '/'), c -> c in ('1', '2', '3', '4')) as clusters
    from vestiging v
    join referentie.soorten s using (soort)
),
aanbod as (
    select d.vestigingscode, r.voorziening, d.sector, d.soort,
        case when r.cluster is null then len(d.clusters) = 0 or list_has_any(d.clusters, ['3', '4'])
            else r.cluster in ('3', '4') end as in_swv,
        null as reden
    from deel d
    join referentie.voorzieningen r on r.soort = d.soort
        and (r.cluster is null or list_contains(d.clusters, r.cluster))
        and (r.structuur is null or list_contains(d.structuren, r.structuur))
    union all
    select vestigingscode, soort || ' cluster onbekend', sector, soort, true,
        'geen register of telling aan de hand noemt het cluster'
    from deel
    where soort in ('SO', 'VSO') and len(clusters) = 0
)
select a.vestigingscode, a.voorziening, a.sector, a.soort, case when a.in_swv then k.swv_code end as swv_code,
    case when a.in_swv then k.zekerheid end as zekerheid, case when a.in_swv then k.anders_swv_code end as anders_swv_code,
    case when not a.in_swv then 'cluster 1 en 2 vallen buiten de samenwerkingsverbanden' else k.reden end as swv_reden, a.reden
from aanbod a
left join vestiging_swv k on k.vestigingscode = a.vestigingscode and k.sector = a.sector
    and geldt_nu(k.geldig_vanaf, k.geldig_tot)
