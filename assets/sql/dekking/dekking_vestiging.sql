-- Where a pupil of each current location can go within the zorgplicht: to the own school, to the three nearest other mainstream
-- schools, or to the nearest special provision of each kind; those inside the samenwerkingsverband first, and after them the
-- nearest anywhere where it is nearer than all of those. Distances as in dekking_postcode4.
with kind as (
    select voorziening, sector, soort, zorgplicht, coalesce(cluster in ('1', '2'), false) as buiten,
        case when cluster is not null then soort || ' cluster onbekend' end as onbekend
    from referentie.voorzieningen
    where zorgplicht is not null
),
plek as (
    select vestigingscode, latitude, coordinaat_bron, sin(radians(latitude)) as z,
        cos(radians(latitude)) * cos(radians(longitude)) as x, cos(radians(latitude)) * sin(radians(longitude)) as y,
        -- a bit for each part of the onderwijsstructuur; all of them where none is known
        coalesce(nullif(
            contains(onderwijsstructuur, 'PRO')::integer + 2 * contains(onderwijsstructuur, 'VBO')::integer
            + 4 * contains(onderwijsstructuur, 'MAVO')::integer + 8 * contains(onderwijsstructuur, 'HAVO')::integer
            + 16 * contains(onderwijsstructuur, 'VWO')::integer, 0), 31) as delen
    from vestiging
),
van as (
    select a.vestigingscode, a.sector, a.soort, a.swv_code, a.swv_reden, p.latitude, p.coordinaat_bron, p.delen, p.x, p.y, p.z
    from vestiging_aanbod a
    join plek p using (vestigingscode)
    where a.voorziening = a.soort
),
doel as (
    select a.voorziening, a.sector, a.swv_code, a.vestigingscode, floor(p.latitude * 25)::bigint as band,
        case a.voorziening when 'VO' then p.delen else 31 end as delen, p.x, p.y, p.z
    from vestiging_aanbod a
    join plek p using (vestigingscode)
    where p.latitude is not null
        and (a.reden is not null or a.voorziening in (select k.voorziening from kind k))
),
-- another mainstream school of secondary education has a part of the onderwijsstructuur in common, as far as that is known
binnen_paar as (
    select v.vestigingscode, v.sector, d.voorziening, d.vestigingscode as doel,
        (v.x - d.x) * (v.x - d.x) + (v.y - d.y) * (v.y - d.y) + (v.z - d.z) * (v.z - d.z) as koorde2
    from van v
    join doel d on d.swv_code = v.swv_code and d.vestigingscode != v.vestigingscode
    where v.latitude is not null and v.delen & d.delen != 0
),
binnen as (
    select vestigingscode, sector, voorziening, min({'koorde2': koorde2, 'doel': doel}, 3) as beste
    from binnen_paar
    group by vestigingscode, sector, voorziening
),
-- nothing nearer than the nearest inside lies outside the bands that its distance reaches
zoek as (
    select v.vestigingscode, v.sector, v.swv_code, v.delen, v.x, v.y, v.z, s.voorziening, b.beste[1].koorde2 as grens,
        unnest(generate_series(
            floor(25 * greatest(v.latitude - degrees(2 * asin(sqrt(b.beste[1].koorde2) / 2)) - 1e-6, s.zuid))::bigint,
            floor(25 * least(v.latitude + degrees(2 * asin(sqrt(b.beste[1].koorde2) / 2)) + 1e-6, s.noord))::bigint
        )) as band
    from van v
    join (
        select voorziening, sector, min(band) / 25 as zuid, max(band + 1) / 25 as noord from doel group by voorziening, sector
    ) s on s.sector = v.sector
    left join binnen b on b.vestigingscode = v.vestigingscode and b.sector = v.sector and b.voorziening = s.voorziening
    where v.latitude is not null
),
buiten_paar as (
    select z.vestigingscode, z.sector, z.voorziening, z.grens, d.vestigingscode as doel,
        (z.x - d.x) * (z.x - d.x) + (z.y - d.y) * (z.y - d.y) + (z.z - d.z) * (z.z - d.z) as koorde2
    from zoek z
    join doel d on d.voorziening = z.voorziening and d.band = z.band
    where d.vestigingscode != z.vestigingscode and coalesce(d.swv_code != z.swv_code, true) and z.delen & d.delen != 0
),
buiten as (
    select vestigingscode, sector, voorziening, min({'koorde2': koorde2, 'doel': doel}) as beste
    from buiten_paar
    where koorde2 < coalesce(grens, 5)
    group by vestigingscode, sector, voorziening
),
gevonden as (
    select b.vestigingscode, b.sector, b.voorziening, true as in_swv,
        unnest(b.beste[1:case k.zorgplicht when 'regulier' then 3 else 1 end]) as beste
    from binnen b
    join kind k using (voorziening)
    union all
    select vestigingscode, sector, voorziening, false, beste from buiten
),
-- the nearest location of which the cluster is not known, inside and anywhere
onbekend as (
    select v.vestigingscode, v.sector, k.voorziening, b.beste[1].koorde2 as binnen,
        least(b.beste[1].koorde2, u.beste.koorde2) as overal
    from van v
    join kind k using (sector)
    left join binnen b on b.vestigingscode = v.vestigingscode and b.sector = v.sector and b.voorziening = k.onbekend
    left join buiten u on u.vestigingscode = v.vestigingscode and u.sector = v.sector and u.voorziening = k.onbekend
    where k.onbekend is not null
),
rij as (
    select v.vestigingscode, v.sector, v.swv_code, v.swv_reden, v.coordinaat_bron, v.latitude, k.voorziening, k.zorgplicht,
        k.buiten,
        row_number() over (partition by v.vestigingscode, v.sector, k.voorziening order by g.in_swv desc, g.beste) as rang,
        g.in_swv, g.beste.doel as doel, g.beste.koorde2 as koorde2,
        least(g.beste.koorde2, case when g.in_swv then o.binnen else o.overal end) as koorde2_min,
        bool_or(coalesce(g.in_swv, false)) over (partition by v.vestigingscode, v.sector, k.voorziening) as ook_binnen
    from van v
    join kind k using (sector)
    left join gevonden g on g.vestigingscode = v.vestigingscode and g.sector = v.sector and g.voorziening = k.voorziening
    left join onbekend o on o.vestigingscode = v.vestigingscode and o.sector = v.sector and o.voorziening = k.voorziening
)
select
    vestigingscode, sector, 'eigen school' as route, soort as voorziening, 1 as rang, swv_code, vestigingscode as doel,
    swv_code as doel_swv_code, swv_code is not null as in_swv, 0.0::double as km, 0.0::double as km_ondergrens, coordinaat_bron,
    coordinaat_bron as doel_coordinaat_bron, swv_reden as reden
from van
union all
select
    r.vestigingscode, r.sector, case r.zorgplicht when 'regulier' then 'andere reguliere school' else 'speciale voorziening' end,
    r.voorziening, r.rang, r.swv_code, r.doel, d.swv_code, r.in_swv, round(2 * 6371.0088 * asin(sqrt(r.koorde2) / 2), 3),
    round(2 * 6371.0088 * asin(sqrt(r.koorde2_min) / 2), 3), r.coordinaat_bron, p.coordinaat_bron,
    case
        when r.latitude is null then 'vestiging zonder coördinaten'
        when r.koorde2_min < r.koorde2 or (r.koorde2 is null and r.koorde2_min is not null)
            then 'cluster niet bekend van een vestiging die dichterbij ligt'
        when r.koorde2 is null then 'geen andere vestiging met coördinaten'
        when r.ook_binnen then null
        when r.buiten then 'cluster 1 en 2 vallen buiten de samenwerkingsverbanden'
        when r.swv_code is null then r.swv_reden
        else 'geen andere vestiging met coördinaten in het samenwerkingsverband'
    end
from rij r
left join vestiging_aanbod d on d.vestigingscode = r.doel and d.voorziening = r.voorziening
left join vestiging p on p.vestigingscode = r.doel
