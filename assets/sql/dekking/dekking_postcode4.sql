-- How far it is from where pupils live to the nearest provision of each kind, inside the samenwerkingsverband of their home
-- and anywhere. Places are unit vectors: the square of the chord between two of them grows with the distance, so it finds
-- the nearest, and only the winner needs a distance: 2 R asin(chord / 2), in great-circle kilometres with R = 6371.0088.
with woon as (select postcode4, sector, swv_code from postcode4_swv where geldt_nu(geldig_vanaf, geldig_tot)),
telling as (
    select *
    from (
        select herkomst as postcode4, if(soort = 'VO', 'VO', 'PO') as sector, peildatum, sum(ondergrens)::bigint as ondergrens,
            sum(bovengrens)::bigint as bovengrens
        from leerlingen_postcode4
        where soort in ('BO', 'SBO', 'SO', 'VO')
        group by all
    )
    qualify peildatum = max(peildatum) over (partition by sector)
),
-- where no homes of pupils in vo are at hand, those of po weigh for vo too
gewicht as (
    select 'PO' as sector, 'PO' as geteld
    union all
    select 'VO', if(exists (select 1 from telling where sector = 'VO'), 'VO', 'PO')
),
-- a postcode4 in no region where no pupil lives is a number for postal boxes
thuis as (
    select postcode4, latitude, sin(radians(latitude)) as z,
        cos(radians(latitude)) * cos(radians(longitude)) as x, cos(radians(latitude)) * sin(radians(longitude)) as y
    from postcode4
    where postcode4 in (select w.postcode4 from woon w) or postcode4 in (select t.postcode4 from telling t)
),
-- a band is 1/25 degree of latitude, 4.4 km
plek as (
    select vestigingscode, floor(latitude * 25)::bigint as band, sin(radians(latitude)) as z,
        cos(radians(latitude)) * cos(radians(longitude)) as x, cos(radians(latitude)) * sin(radians(longitude)) as y
    from vestiging
    where latitude is not null
),
-- many locations share a place; the first code stands for all of them
doel as (
    select a.voorziening, a.swv_code, p.band, p.x, p.y, p.z, min(a.vestigingscode) as vestigingscode
    from vestiging_aanbod a
    join plek p using (vestigingscode)
    group by a.voorziening, a.swv_code, p.band, p.x, p.y, p.z
),
binnen as (
    select w.postcode4, d.voorziening, min({
        'koorde2': (t.x - d.x) * (t.x - d.x) + (t.y - d.y) * (t.y - d.y) + (t.z - d.z) * (t.z - d.z),
        'vestigingscode': d.vestigingscode
    }) as beste
    from woon w
    join thuis t on t.postcode4 = w.postcode4 and t.latitude is not null
    join doel d on d.swv_code = w.swv_code
    group by w.postcode4, d.voorziening
),
-- nothing nearer than the nearest inside lies outside the bands that its distance reaches
zoek as (
    select t.postcode4, t.x, t.y, t.z, s.voorziening, b.beste.koorde2 as grens, unnest(generate_series(
        floor(25 * greatest(t.latitude - degrees(2 * asin(sqrt(b.beste.koorde2) / 2)) - 1e-6, s.zuid))::bigint,
        floor(25 * least(t.latitude + degrees(2 * asin(sqrt(b.beste.koorde2) / 2)) + 1e-6, s.noord))::bigint
    )) as band
    from thuis t
    cross join (select voorziening, min(band) / 25 as zuid, max(band + 1) / 25 as noord from doel group by voorziening) s
    left join binnen b on b.postcode4 = t.postcode4 and b.voorziening = s.voorziening
    where t.latitude is not null
),
paar as (
    select z.postcode4, z.voorziening, z.grens, d.vestigingscode,
        (z.x - d.x) * (z.x - d.x) + (z.y - d.y) * (z.y - d.y) + (z.z - d.z) * (z.z - d.z) as koorde2
    from zoek z
    join doel d on d.voorziening = z.voorziening and d.band = z.band
),
overal as (
    select postcode4, voorziening, min({'koorde2': koorde2, 'vestigingscode': vestigingscode}) as beste
    from paar
    where koorde2 <= coalesce(grens, 4)
    group by postcode4, voorziening
),
-- to the metre, so that sums over them are exact
afstand as (
    select o.postcode4, o.voorziening, b.beste.vestigingscode as binnen, o.beste.vestigingscode as overal,
        round(2 * 6371.0088 * asin(sqrt(b.beste.koorde2) / 2), 3) as km_binnen,
        round(2 * 6371.0088 * asin(sqrt(o.beste.koorde2) / 2), 3) as km_overal
    from overal o
    left join binnen b on b.postcode4 = o.postcode4 and b.voorziening = o.voorziening
),
kind as (
    select voorziening, sector, coalesce(cluster in ('1', '2'), false) as buiten,
        case when cluster is not null then soort || ' cluster onbekend' end as onbekend
    from referentie.voorzieningen
),
-- locations that belong to the landelijk SWV by all likelihood, and else to that of the home
wellicht as (
    select w.postcode4, a.voorziening, round(2 * 6371.0088 * asin(sqrt(min(
        (t.x - d.x) * (t.x - d.x) + (t.y - d.y) * (t.y - d.y) + (t.z - d.z) * (t.z - d.z)
    )) / 2), 3) as km
    from woon w
    join thuis t on t.postcode4 = w.postcode4 and t.latitude is not null
    join vestiging_aanbod a on a.anders_swv_code = w.swv_code
    join plek d on d.vestigingscode = a.vestigingscode
    group by w.postcode4, a.voorziening
),
-- a location whose cluster or SWV is not known for sure may be the nearest: the least distance counts it, the distance itself does not
stand as (
    select t.postcode4, t.latitude, r.voorziening, r.sector, r.buiten, w.swv_code, k.binnen, k.overal, k.km_binnen, k.km_overal,
        case when not r.buiten then least(k.km_binnen, o.km_binnen, m.km, n.km) end as km_binnen_ondergrens,
        not r.buiten and least(m.km, n.km) < least(k.km_binnen, o.km_binnen, 9e9) as swv_onzeker,
        least(k.km_overal, o.km_overal) as km_overal_ondergrens
    from thuis t
    cross join kind r
    left join woon w on w.postcode4 = t.postcode4 and w.sector = r.sector
    left join afstand k on k.postcode4 = t.postcode4 and k.voorziening = r.voorziening
    left join afstand o on o.postcode4 = t.postcode4 and o.voorziening = r.onbekend
    left join wellicht m on m.postcode4 = t.postcode4 and m.voorziening = r.voorziening
    left join wellicht n on n.postcode4 = t.postcode4 and n.voorziening = r.onbekend
)
select
    s.postcode4, s.voorziening, s.sector, s.swv_code, n.ondergrens as leerlingen_ondergrens,
    n.bovengrens as leerlingen_bovengrens, n.peildatum,
    s.binnen as vestiging_binnen, s.km_binnen, s.km_binnen_ondergrens, vb.coordinaat_bron as coordinaat_bron_binnen,
    s.overal as vestiging_overal, s.km_overal, s.km_overal_ondergrens, vo.coordinaat_bron as coordinaat_bron_overal,
    case
        when s.latitude is null then 'postcode4 zonder coördinaten'
        when s.buiten then 'cluster 1 en 2 vallen buiten de samenwerkingsverbanden'
        when s.swv_code is null then 'postcode4 staat nu in geen regio-indeling'
        when s.swv_onzeker then 'van een vestiging die dichterbij ligt is het samenwerkingsverband niet zeker'
        when s.km_binnen_ondergrens < s.km_binnen or (s.km_binnen is null and s.km_binnen_ondergrens is not null)
            then 'cluster niet bekend van een vestiging die dichterbij ligt'
        when s.km_binnen is null then 'geen vestiging met coördinaten in het samenwerkingsverband'
    end as reden_binnen,
    case
        when s.latitude is null then 'postcode4 zonder coördinaten'
        when s.km_overal_ondergrens < s.km_overal or (s.km_overal is null and s.km_overal_ondergrens is not null)
            then 'cluster niet bekend van een vestiging die dichterbij ligt'
        when s.km_overal is null then 'geen vestiging met coördinaten'
    end as reden_overal
from stand s
join gewicht g on g.sector = s.sector
left join telling n on n.postcode4 = s.postcode4 and n.sector = g.geteld
left join vestiging vb on vb.vestigingscode = s.binnen
left join vestiging vo on vo.vestigingscode = s.overal
