-- Which provision stands in the region of each current samenwerkingsverband, and how far it is from the pupils who live there.
-- Pupil counts have bounds, so shares and means have them too: the least share within a distance has as few pupils near and as
-- many far as the bounds allow, the greatest the reverse, and so many in all as the pupils of the schools allow. A national one (PO0001,
-- VO0001) has no region, hence no pupils and no shares.
with regio as (
    select swv_code, postcode4 from postcode4_swv where geldt_nu(geldig_vanaf, geldig_tot)
),
-- one that the register has ended keeps its coverage for as long as a region is its own: registerafwijking names the contradiction
verband as (
    select swv_code, sector, landelijk
    from samenwerkingsverband
    where geldt_nu(begindatum, einddatum) or swv_code in (select swv_code from regio)
),
kind as (
    select voorziening, sector, soort, coalesce(cluster in ('1', '2'), false) as buiten,
        case when cluster is not null then soort || ' cluster onbekend' end as onbekend
    from referentie.voorzieningen
),
-- a location that no method could place may lie in any region of its gemeente, and one that is no more than likely in one SWV is possibly in two
mogelijk as (
    select distinct p.gemeentenummer, r.swv_code
    from regio r
    join postcode4 p using (postcode4)
    where p.gemeentenummer is not null
),
plaats as (
    select a.voorziening, a.swv_code, (v.latitude is null)::integer as zonder,
        coalesce(v.coordinaat_bron = 'postcode4', false)::integer as midden, 1 as zeker
    from vestiging_aanbod a
    join vestiging v using (vestigingscode)
    where a.zekerheid = 'zeker'
    union all
    select voorziening, unnest([swv_code, anders_swv_code]), 0, 0, 0
    from vestiging_aanbod
    where zekerheid = 'aannemelijk'
    union all
    select a.voorziening, m.swv_code, 0, 0, 0
    from vestiging_aanbod a
    join vestiging v using (vestigingscode)
    join mogelijk m on m.gemeentenummer = v.gemeentenummer and left(m.swv_code, 2) = a.sector
    where a.swv_code is null and a.swv_reden not like 'cluster 1 en 2%'
),
aantal as (
    select voorziening, swv_code, sum(zeker)::bigint as vestigingen, sum(zonder)::bigint as zonder,
        sum(midden)::bigint as midden, sum(1 - zeker)::bigint as los
    from plaats
    group by voorziening, swv_code
),
gebied as (
    select w.swv_code, count(*) as postcodes, count(*) filter (p.latitude is null) as zonder,
        string_agg(w.postcode4, ', ' order by w.postcode4) filter (p.latitude is null) as lijst
    from regio w
    join postcode4 p using (postcode4)
    group by w.swv_code
),
-- in whole metres and pupils: the sum of whole numbers is the same in whatever order it is made
regel as (
    select swv_code, voorziening, 'binnen' as waar, peildatum, coalesce(leerlingen_ondergrens, 0) as laag,
        coalesce(leerlingen_bovengrens, 0) as hoog,
        round(1000 * km_binnen)::bigint as meter, round(1000 * km_binnen_ondergrens)::bigint as meter_min,
        km_overal_ondergrens is null and reden_overal like 'postcode4%' as zonder
    from dekking_postcode4
    where swv_code is not null
    union all
    select swv_code, voorziening, 'overal', peildatum, coalesce(leerlingen_ondergrens, 0), coalesce(leerlingen_bovengrens, 0),
        round(1000 * km_overal)::bigint, round(1000 * km_overal_ondergrens)::bigint,
        km_overal_ondergrens is null and reden_overal like 'postcode4%'
    from dekking_postcode4
    where swv_code is not null
),
-- how many pupils live in the region, at the count that weighs: per school first, whose pupils are known
weegt as (
    select * from (values ('PO', 'BO'), ('PO', 'SBO'), ('PO', 'SO'), ('VO', 'VO')) w (sector, soort)
    union all
    -- as in dekking_postcode4: where no homes of pupils in vo are at hand, those of po weigh for vo too
    select 'VO', k.soort
    from (values ('BO'), ('SBO'), ('SO')) k (soort)
    where not exists (select 1 from leerlingen_herkomst h where h.soort = 'VO')
),
thuis as (
    select w.sector, h.vestigingscode, h.soort, r.swv_code, sum(h.ondergrens) as laag, sum(h.bovengrens) as hoog,
        any_value(h.vestiging_ondergrens) as totaal_laag, any_value(h.vestiging_bovengrens) as totaal_hoog
    from leerlingen_herkomst h
    join weegt w using (soort)
    join (select sector, max(peildatum) as peildatum from dekking_postcode4 group by sector) d
        on d.sector = w.sector and d.peildatum = h.peildatum
    left join regio r on r.postcode4 = h.herkomst and left(r.swv_code, 2) = w.sector
    group by w.sector, h.vestigingscode, h.soort, r.swv_code
),
woonachtig as (
    select swv_code, sum(minstens(laag, hoog, totaal_laag, school_hoog)) as laag,
        sum(hoogstens(laag, hoog, totaal_hoog, school_laag)) as hoog
    from (
        select *, sum(laag) over school as school_laag, sum(hoog) over school as school_hoog
        from thuis
        window school as (partition by sector, vestigingscode, soort)
    )
    where swv_code is not null
    group by swv_code
),
-- pupils whose distance is not known are far in the least share, and near in the greatest if there is anything to be near to
deel as (
    select r.swv_code, r.voorziening, r.waar, g.grens,
        coalesce(sum(r.laag) filter (r.meter <= g.grens), 0) as laag_dichtbij,
        coalesce(sum(r.hoog) filter (r.meter is null or r.meter > g.grens), 0) as hoog_ver,
        coalesce(sum(r.hoog) filter (r.zonder or r.meter_min <= g.grens), 0) as hoog_dichtbij,
        coalesce(sum(r.laag) filter (not r.zonder and (r.meter_min is null or r.meter_min > g.grens)), 0) as laag_ver,
        sum(r.hoog) as hoog_alles, count(r.meter_min) > 0 as bestaat
    from regel r
    cross join (values (5000), (10000), (20000)) g (grens)
    group by r.swv_code, r.voorziening, r.waar, g.grens
),
-- the least share: few near, then as many far as the whole allows; the greatest: few far, then as many near
uiterste as (
    select d.*, greatest(d.laag_dichtbij, w.laag - d.hoog_ver) as min_dichtbij, least(d.hoog_ver, w.hoog - min_dichtbij) as max_ver,
        greatest(d.laag_ver, w.laag - d.hoog_dichtbij) as min_ver, least(d.hoog_dichtbij, w.hoog - min_ver) as max_dichtbij
    from deel d
    left join woonachtig w using (swv_code)
),
aandeel as (
    select swv_code, voorziening, waar, grens,
        -- bounds of zero leave nobody on one side, or nobody at all
        coalesce(round(100 * min_dichtbij::double / nullif(min_dichtbij + max_ver, 0), 2), case when hoog_alles > 0 then 100 end)
            as onder,
        coalesce(
            case when bestaat then round(100 * max_dichtbij::double / nullif(max_dichtbij + min_ver, 0), 2) end,
            case when hoog_alles > 0 then 0 end
        ) as boven
    from uiterste
),
-- the least mean has as many pupils near and as few far as the bounds allow, the greatest the reverse; where near ends is found
-- by trying every distance
reeks as (
    select swv_code, voorziening, waar, laag, hoog, meter, meter_min,
        sum(laag) over alles + sum(hoog - laag) over naar_min as min_aantal,
        sum(laag * meter_min) over alles + sum((hoog - laag) * meter_min) over naar_min as min_som,
        sum(laag) over alles + sum(hoog - laag) over van as max_aantal,
        sum(laag * meter) over alles + sum((hoog - laag) * meter) over van as max_som,
        sum(laag) over alles as laag_alles, sum(hoog) over alles as hoog_alles
    from regel
    where not zonder
    window alles as (partition by swv_code, voorziening, waar),
        naar_min as (partition by swv_code, voorziening, waar order by meter_min rows unbounded preceding),
        van as (partition by swv_code, voorziening, waar order by meter desc rows unbounded preceding)
),
-- how many of the pupils in the region have a distance
samen as (
    select r.swv_code, r.voorziening, r.waar, any_value(w.laag) - coalesce(sum(r.hoog) filter (r.zonder), 0) as minstens,
        any_value(w.hoog) - coalesce(sum(r.laag) filter (r.zonder), 0) as hoogstens
    from regel r
    left join woonachtig w using (swv_code)
    group by r.swv_code, r.voorziening, r.waar
),
-- each distance adds its pupils one by one: from how many in all to how many, as far as there can be that many
stap as (
    select r.*, greatest(r.min_aantal - (r.hoog - r.laag), least(s.minstens, r.hoog_alles)) as min_van,
        least(r.min_aantal, greatest(s.hoogstens, r.laag_alles)) as min_tot,
        greatest(r.max_aantal - (r.hoog - r.laag), least(s.minstens, r.hoog_alles)) as max_van,
        least(r.max_aantal, greatest(s.hoogstens, r.laag_alles)) as max_tot
    from reeks r
    join samen s using (swv_code, voorziening, waar)
),
grenzen as (
    select swv_code, voorziening, waar,
        case when bool_and(meter = meter_min) then round(sum(laag * meter)::double / nullif(1000 * sum(laag), 0), 3) end
            as midden,
        round(min(least(
            (min_som - (min_aantal - min_van) * meter_min)::double / nullif(1000 * min_van, 0),
            (min_som - (min_aantal - min_tot) * meter_min)::double / nullif(1000 * min_tot, 0)
        )) filter (min_van <= min_tot), 3) as onder,
        round(max(greatest(
            (max_som - (max_aantal - max_van) * meter)::double / nullif(1000 * max_van, 0),
            (max_som - (max_aantal - max_tot) * meter)::double / nullif(1000 * max_tot, 0)
        )) filter (max_van <= max_tot), 3) as boven
    from stap
    group by swv_code, voorziening, waar
),
-- weighed by the least counts, which may add up to fewer than there are
gemiddelde as (
    select swv_code, voorziening, waar, case when midden is not null then greatest(least(midden, boven), onder) end as midden, onder, boven
    from grenzen
),
bewoners as (
    select r.swv_code, r.voorziening, greatest(sum(r.laag), any_value(w.laag))::bigint as laag,
        least(sum(r.hoog), any_value(w.hoog))::bigint as hoog, max(r.peildatum) as peildatum
    from regel r
    left join woonachtig w using (swv_code)
    where r.waar = 'binnen'
    group by r.swv_code, r.voorziening
),
breed as (
    select swv_code, voorziening,
        max(onder) filter (waar = 'binnen' and grens = 5000) as b5,
        max(boven) filter (waar = 'binnen' and grens = 5000) as b5_,
        max(onder) filter (waar = 'binnen' and grens = 10000) as b10,
        max(boven) filter (waar = 'binnen' and grens = 10000) as b10_,
        max(onder) filter (waar = 'binnen' and grens = 20000) as b20,
        max(boven) filter (waar = 'binnen' and grens = 20000) as b20_,
        max(onder) filter (waar = 'overal' and grens = 5000) as o5,
        max(boven) filter (waar = 'overal' and grens = 5000) as o5_,
        max(onder) filter (waar = 'overal' and grens = 10000) as o10,
        max(boven) filter (waar = 'overal' and grens = 10000) as o10_,
        max(onder) filter (waar = 'overal' and grens = 20000) as o20,
        max(boven) filter (waar = 'overal' and grens = 20000) as o20_
    from aandeel
    group by swv_code, voorziening
),
-- the day of the list that shows which schools of a kind stand now
lijst as (
    select a.soort, max(v.laatst_gezien) as peildatum
    from vestiging_aanbod a
    join vestiging v using (vestigingscode)
    group by a.soort
),
oordeel as (
    select v.swv_code, k.voorziening, v.sector, k.soort, k.buiten, g.swv_code is not null as met_gebied, v.landelijk,
        coalesce(a.vestigingen, 0) as vestigingen, coalesce(o.vestigingen, 0) as cluster_onbekend,
        coalesce(a.los, 0) + coalesce(o.los, 0) as niet_ingedeeld, coalesce(a.zonder, 0) as zonder_coordinaten,
        coalesce(a.midden, 0) as midden,
        case
            when coalesce(a.vestigingen, 0) > 0 then 'ja'
            when k.buiten then 'niet van toepassing'
            when coalesce(o.vestigingen, 0) + coalesce(a.los, 0) + coalesce(o.los, 0) > 0 then 'onbekend'
            when g.swv_code is null then 'niet van toepassing'
            else 'nee'
        end as aanwezig,
        -- a share inside is of no use where it is not known whether anything is inside
        not k.buiten and (coalesce(a.vestigingen, 0) > 0 or coalesce(o.vestigingen, 0) > 0
            or coalesce(a.los, 0) + coalesce(o.los, 0) = 0) as meetbaar,
        coalesce(g.postcodes, 0) as postcodes, coalesce(g.zonder, 0) as postcodes_zonder, g.lijst
    from verband v
    join kind k using (sector)
    left join gebied g on g.swv_code = v.swv_code
    left join aantal a on a.swv_code = v.swv_code and a.voorziening = k.voorziening
    left join aantal o on o.swv_code = v.swv_code and o.voorziening = k.onbekend and not k.buiten
)
select
    o.swv_code, o.voorziening, o.sector, o.aanwezig,
    case
        when o.aanwezig in ('ja', 'nee') then null
        when o.buiten then 'cluster 1 en 2 vallen buiten de samenwerkingsverbanden'
        when o.niet_ingedeeld > 0 and o.landelijk then 'dat scholen van deze soort bij dit samenwerkingsverband horen is aannemelijk en niet zeker'
        when not o.met_gebied and o.landelijk then 'landelijk samenwerkingsverband zonder gebied'
        when not o.met_gebied then 'geen regio-indeling noemt dit samenwerkingsverband'
        when o.cluster_onbekend > 0
            then 'van ' || o.cluster_onbekend || ' vestiging(en) met ' || lower(o.soort) || ' is het cluster niet bekend'
        else 'van een vestiging in een gemeente van deze regio is het samenwerkingsverband niet zeker'
    end as reden,
    o.vestigingen, o.cluster_onbekend as vestigingen_cluster_onbekend, o.niet_ingedeeld as vestigingen_niet_ingedeeld,
    o.zonder_coordinaten as vestigingen_zonder_coordinaten, o.midden as vestigingen_op_postcode4, o.postcodes,
    o.postcodes_zonder as postcodes_zonder_coordinaten, o.lijst as zonder_coordinaten,
    w.laag as leerlingen_ondergrens, w.hoog as leerlingen_bovengrens, w.peildatum, l.peildatum as scholen_peildatum,
    mb.midden as gemiddelde_km_binnen, mb.onder as gemiddelde_km_binnen_ondergrens, mb.boven as gemiddelde_km_binnen_bovengrens,
    mo.midden as gemiddelde_km_overal, mo.onder as gemiddelde_km_overal_ondergrens, mo.boven as gemiddelde_km_overal_bovengrens,
    case when o.meetbaar then d.b5 end as aandeel_5km_binnen_ondergrens,
    case when o.meetbaar then d.b5_ end as aandeel_5km_binnen_bovengrens,
    case when o.meetbaar then d.b10 end as aandeel_10km_binnen_ondergrens,
    case when o.meetbaar then d.b10_ end as aandeel_10km_binnen_bovengrens,
    case when o.meetbaar then d.b20 end as aandeel_20km_binnen_ondergrens,
    case when o.meetbaar then d.b20_ end as aandeel_20km_binnen_bovengrens,
    d.o5 as aandeel_5km_overal_ondergrens, d.o5_ as aandeel_5km_overal_bovengrens,
    d.o10 as aandeel_10km_overal_ondergrens, d.o10_ as aandeel_10km_overal_bovengrens,
    d.o20 as aandeel_20km_overal_ondergrens, d.o20_ as aandeel_20km_overal_bovengrens,
    case
        when not o.met_gebied then 'zonder gebied geen leerlingen en geen afstand'
        when d.o5_ is null then 'geen telling van leerlingen naar woonplaats'
        when o.buiten then 'binnen: cluster 1 en 2 vallen buiten de samenwerkingsverbanden'
        when not o.meetbaar then 'binnen: van een vestiging is het samenwerkingsverband niet bekend'
    end as reden_aandeel,
    count(*) over (partition by o.swv_code) as soorten
from oordeel o
left join bewoners w on w.swv_code = o.swv_code and w.voorziening = o.voorziening
left join lijst l on l.soort = o.soort
left join breed d on d.swv_code = o.swv_code and d.voorziening = o.voorziening
left join gemiddelde mb on mb.swv_code = o.swv_code and mb.voorziening = o.voorziening and mb.waar = 'binnen'
left join gemiddelde mo on mo.swv_code = o.swv_code and mo.voorziening = o.voorziening and mo.waar = 'overal'
