-- Which part of the pupils takes part in special education (or practical training, or gets lwoo): numerator and denominator each with their own
-- role of the SWV, date and bounds. sbo / (bao + sbo), so / (bao + sbo), vso, pro and lwoo / vo, in which a pupil at a vavo counts half.
-- Where so and vso are only known together (SOVSO) they widen the upper bound of both. Of so and vso those of cluster 3 and 4 count, for 1
-- and 2 lie outside the SWVs: at most everyone whose cluster is not known. Beside them are all clusters together.
-- The nation, which has no code, is counted like an SWV: it has every location once, also one that may be in several SWVs.
with wijze as (
    select rol, peildatum, max(telwijze) as telwijze from leerlingen_swv where soort in ('SO', 'VSO', 'SOVSO') group by rol, peildatum
),
-- what nobody counted on a date is no zero
soorten as (
    select rol, peildatum, bool_or(soort = 'SBO') as sbo, bool_or(soort in ('SO', 'SOVSO')) as so, bool_or(soort in ('VSO', 'SOVSO')) as vso
    from leerlingen_swv
    group by rol, peildatum
),
geteld as (
    select swv_code, rol, soort, peildatum, ondergrens, bovengrens, cluster_3_4_ondergrens, cluster_3_4_bovengrens from leerlingen_swv
    union all
    select null, 'vestiging', soort, peildatum, binnen_swv_ondergrens, binnen_swv_bovengrens, cluster_3_4_ondergrens, cluster_3_4_bovengrens
    from leerlingen_nederland
),
kenmerken as (
    select swv_code, peildatum, kenmerk, waarde, ondergrens, bovengrens from leerlingen_swv_kenmerk where rol = 'vestiging'
    union all
    select null, peildatum, kenmerk, waarde, ondergrens, bovengrens from leerlingen_vestiging_kenmerk
),
telling as (
    select swv_code, rol, peildatum,
        coalesce(sum(ondergrens) filter (soort = 'BO'), 0) as bo_l, coalesce(sum(bovengrens) filter (soort = 'BO'), 0) as bo_h,
        coalesce(sum(ondergrens) filter (soort = 'SBO'), 0) as sbo_l, coalesce(sum(bovengrens) filter (soort = 'SBO'), 0) as sbo_h,
        coalesce(sum(cluster_3_4_ondergrens) filter (soort = 'SO'), 0) as so_l,
        coalesce(sum(cluster_3_4_bovengrens) filter (soort in ('SO', 'SOVSO')), 0) as so_h,
        coalesce(sum(cluster_3_4_ondergrens) filter (soort = 'VSO'), 0) as vso_l,
        coalesce(sum(cluster_3_4_bovengrens) filter (soort in ('VSO', 'SOVSO')), 0) as vso_h,
        coalesce(sum(ondergrens) filter (soort = 'SO'), 0) as so_alle_l, coalesce(sum(bovengrens) filter (soort in ('SO', 'SOVSO')), 0) as so_alle_h,
        coalesce(sum(ondergrens) filter (soort = 'VSO'), 0) as vso_alle_l, coalesce(sum(bovengrens) filter (soort in ('VSO', 'SOVSO')), 0) as vso_alle_h,
        sum(ondergrens) filter (soort = 'VO') as vo_l, sum(bovengrens) filter (soort = 'VO') as vo_h
    from geteld
    group by swv_code, rol, peildatum
),
vo_kenmerk as (
    select swv_code, peildatum,
        coalesce(sum(ondergrens) filter (waarde ilike '%vavo%'), 0) as vavo_l, coalesce(sum(bovengrens) filter (waarde ilike '%vavo%'), 0) as vavo_h,
        coalesce(sum(ondergrens) filter (waarde ilike 'praktijkonderwijs%'), 0) as pro_l,
        coalesce(sum(bovengrens) filter (waarde ilike 'praktijkonderwijs%'), 0) as pro_h,
        coalesce(sum(ondergrens) filter (waarde = 'lwoo'), 0) as lwoo_l, coalesce(sum(bovengrens) filter (waarde = 'lwoo'), 0) as lwoo_h,
        -- the registry by board tells vavo apart and nothing else
        count(*) filter (kenmerk = 'onderwijstype' and waarde != 'uitbesteed aan vavo') > 0 as per_type
    from kenmerken
    where kenmerk in ('onderwijstype', 'ondersteuning')
    group by swv_code, peildatum
),
-- denominators by the SWV where the school stands and where the pupil lives; the one who pays has none of its own
noemer as (
    select swv_code, rol, peildatum, 'bao + sbo' as noemer, bo_l, bo_h, bo_l + sbo_l as laag, bo_h + sbo_h as hoog
    from telling
    where rol in ('vestiging', 'woon') and left(swv_code, 2) = 'PO' and bo_h + sbo_h > 0
    union all
    select t.swv_code, t.rol, t.peildatum, 'vo, vavo voor de helft', null, null, t.vo_l + coalesce(k.vavo_l, 0) / 2, t.vo_h + coalesce(k.vavo_h, 0) / 2
    from telling t
    left join vo_kenmerk k using (swv_code, peildatum)
    where t.rol = 'vestiging' and left(t.swv_code, 2) = 'VO' and t.vo_h > 0
    union all
    -- the file of homes does not tell who is at a vavo
    select swv_code, rol, peildatum, 'vo', null, null, vo_l, vo_h from telling where rol = 'woon' and left(swv_code, 2) = 'VO' and vo_h > 0
),
teller as (
    select swv_code, rol, peildatum, 'SBO' as soort, sbo_l as laag, sbo_h as hoog, null as alle_laag, null as alle_hoog
    from telling semi join soorten s on s.rol = telling.rol and s.peildatum = telling.peildatum and s.sbo
    where left(swv_code, 2) = 'PO' and rol != 'betalend'
    union all
    select swv_code, rol, peildatum, 'SO', so_l, so_h, so_alle_l, so_alle_h
    from telling semi join soorten s on s.rol = telling.rol and s.peildatum = telling.peildatum and s.so
    where left(swv_code, 2) = 'PO' and (so_alle_h > 0 or rol != 'betalend')
    union all
    select swv_code, rol, peildatum, 'VSO', vso_l, vso_h, vso_alle_l, vso_alle_h
    from telling semi join soorten s on s.rol = telling.rol and s.peildatum = telling.peildatum and s.vso
    where left(swv_code, 2) = 'VO' and (vso_alle_h > 0 or vo_h is not null)
    union all
    select swv_code, 'vestiging', peildatum, 'PRO', pro_l, pro_h, null, null from vo_kenmerk where per_type and swv_code is not null
    union all
    -- only for dates on which programmes with lwoo are named at all
    select swv_code, 'vestiging', peildatum, 'LWOO', lwoo_l, lwoo_h, null, null
    from vo_kenmerk
    where peildatum in (select peildatum from leerlingen_swv_kenmerk where waarde = 'lwoo') and swv_code is not null
),
-- an SWV that pays has schools of its own, so its denominator is theirs; pupils who live somewhere are set against who live there
grens as (
    select t.swv_code, t.soort, t.rol, t.peildatum, t.laag as teller_ondergrens, t.hoog as teller_bovengrens,
        t.alle_laag, t.alle_hoog, 100 * t.alle_laag / nullif(n.hoog, 0) as alle_ondergrens, 100 * t.alle_hoog / nullif(n.laag, 0) as alle_bovengrens,
        n.noemer, n.rol as noemer_rol, n.peildatum as noemer_peildatum, n.laag as noemer_ondergrens, n.hoog as noemer_bovengrens,
        -- sbo is part of its own denominator, so few in the one is few in the other
        case when n.noemer is not null
            then coalesce(100 * t.laag / nullif(case t.soort when 'SBO' then t.laag + n.bo_h else n.hoog end, 0), 0) end as percentage_ondergrens,
        case when n.noemer is null then null
            -- so and vso are no part of what they are set against: there may be more of them
            when t.soort in ('SO', 'VSO') then 100 * t.hoog / nullif(n.laag, 0)
            else least(coalesce(100 * t.hoog / nullif(case t.soort when 'SBO' then t.hoog + n.bo_l else n.laag end, 0), 100), 100)
        end as percentage_bovengrens
    from teller t
    left join noemer n on n.swv_code = t.swv_code and n.peildatum = t.peildatum and n.rol = case t.rol when 'woon' then 'woon' else 'vestiging' end
),
-- as they are published, so that places and changes can be worked out again. Bounds of 0 and 100 percent say nothing, nor does a percentage without an upper bound: of hardly any school is the SWV of that date
-- known
deel as (
    select * replace (
        case when not leeg then round(percentage_ondergrens, 2) end as percentage_ondergrens,
        case when not leeg then round(percentage_bovengrens, 2) end as percentage_bovengrens,
        case when alle_bovengrens is not null then round(alle_ondergrens, 2) end as alle_ondergrens,
        round(alle_bovengrens, 2) as alle_bovengrens
    )
    from (select *, noemer is not null and (percentage_bovengrens is null or percentage_ondergrens = 0 and percentage_bovengrens >= 100) as leeg from grens)
),
nederland as (select * from telling where swv_code is null),
nederland_vo as (select * from vo_kenmerk where swv_code is null),
-- where pupils live and who pays is added up
verhouding as (
    select 'SBO' as soort, 'vestiging' as rol, peildatum, sbo_l as teller_l, sbo_h as teller_h, null as alle_l, null as alle_h,
        sbo_l + bo_h as noemer_h, sbo_h + bo_l as noemer_l
    from nederland
    union all
    select 'SO', 'vestiging', peildatum, so_l, so_h, so_alle_l, so_alle_h, bo_h + sbo_h, bo_l + sbo_l from nederland
    union all
    select 'VSO', 'vestiging', n.peildatum, n.vso_l, n.vso_h, n.vso_alle_l, n.vso_alle_h, n.vo_h + coalesce(v.vavo_h, 0) / 2,
        n.vo_l + coalesce(v.vavo_l, 0) / 2
    from nederland n left join nederland_vo v using (peildatum)
    union all
    select 'PRO', 'vestiging', n.peildatum, v.pro_l, v.pro_h, null, null, n.vo_h + v.vavo_h / 2, n.vo_l + v.vavo_l / 2
    from nederland n join nederland_vo v using (peildatum)
    union all
    select 'LWOO', 'vestiging', n.peildatum, v.lwoo_l, v.lwoo_h, null, null, n.vo_h + v.vavo_h / 2, n.vo_l + v.vavo_l / 2
    from nederland n join nederland_vo v using (peildatum)
    union all
    select soort, rol, peildatum, sum(teller_ondergrens), sum(teller_bovengrens), sum(alle_laag), sum(alle_hoog), sum(noemer_bovengrens), sum(noemer_ondergrens)
    from deel
    where rol != 'vestiging' and noemer is not null
    group by soort, rol, peildatum
),
landelijk as (
    select soort, rol, peildatum, 100 * teller_l / nullif(noemer_h, 0) as landelijk_ondergrens,
        100 * alle_l / nullif(noemer_h, 0) as alle_ondergrens, case when noemer_h > 0 then 100 * alle_h / nullif(noemer_l, 0) end as alle_bovengrens,
        case when noemer_h = 0 then null when soort in ('SO', 'VSO') then 100 * teller_h / nullif(noemer_l, 0)
            else least(coalesce(100 * teller_h / nullif(noemer_l, 0), 100), 100) end as landelijk_bovengrens
    from verhouding
),
-- the place that an SWV can have at best and at worst, the highest percentage first
plaats as (
    select a.swv_code, a.soort, a.rol, a.peildatum, 1 + count(*) filter (b.percentage_ondergrens > a.percentage_bovengrens) as rang_hoogst,
        count(*) filter (b.percentage_bovengrens >= a.percentage_ondergrens) as rang_laagst, count(*) as aantal_swv
    from deel a
    join deel b on b.soort = a.soort and b.rol = a.rol and b.peildatum = a.peildatum and b.percentage_ondergrens is not null
    where a.percentage_ondergrens is not null
    group by all
)
select
    d.swv_code, d.soort, d.rol, d.peildatum,
    case when d.soort in ('SO', 'VSO') then coalesce(w.telwijze, 'so en vso apart') else 'per soort' end as telwijze,
    -- the definition asks for who pays; where that is not published, for where the school stands
    d.rol = case when d.soort in ('SO', 'VSO') and count(*) filter (d.rol = 'betalend') over (partition by d.soort, d.peildatum) > 0
        then 'betalend' else 'vestiging' end as voorkeur,
    d.teller_ondergrens = d.alle_laag and d.teller_bovengrens = d.alle_hoog as zonder_cluster_1_en_2,
    d.teller_ondergrens::bigint as teller_ondergrens, d.teller_bovengrens::bigint as teller_bovengrens, d.noemer, d.noemer_rol,
    d.noemer_peildatum, d.noemer_ondergrens::decimal(18, 1) as noemer_ondergrens, d.noemer_bovengrens::decimal(18, 1) as noemer_bovengrens,
    case when not d.leeg and d.teller_ondergrens = d.teller_bovengrens and d.noemer_ondergrens = d.noemer_bovengrens then d.percentage_ondergrens end as percentage,
    d.percentage_ondergrens, d.percentage_bovengrens,
    d.alle_laag::bigint as teller_alle_clusters_ondergrens, d.alle_hoog::bigint as teller_alle_clusters_bovengrens,
    d.alle_ondergrens as alle_clusters_ondergrens, d.alle_bovengrens as alle_clusters_bovengrens,
    case when d.alle_bovengrens is not null then round(l.alle_ondergrens, 2) end as landelijk_alle_clusters_ondergrens,
    case when d.alle_bovengrens is not null then round(l.alle_bovengrens, 2) end as landelijk_alle_clusters_bovengrens,
    case when d.noemer is not null then round(l.landelijk_ondergrens, 2) end as landelijk_ondergrens,
    case when d.noemer is not null then round(l.landelijk_bovengrens, 2) end as landelijk_bovengrens,
    p.rang_hoogst, p.rang_laagst, p.aantal_swv,
    round(d.percentage_ondergrens - v.percentage_bovengrens, 2) as verschil_ondergrens,
    round(d.percentage_bovengrens - v.percentage_ondergrens, 2) as verschil_bovengrens,
    case when d.noemer is null then 'geen noemer: het aantal leerlingen '
        || case when left(d.swv_code, 2) = 'VO' and d.rol = 'woon' then 'vo naar woonplaats op deze datum is niet aangeleverd'
            when left(d.swv_code, 2) = 'VO' then 'vo op deze datum is niet aangeleverd' else 'bao en sbo op deze datum is niet aangeleverd' end
        when d.leeg then 'de tellingen begrenzen het percentage niet: een ervan is onleesbaar, of voor deze datum wijst geen register de scholen van '
            || 'dit samenwerkingsverband aan'
    end as reden
from deel d
left join wijze w using (rol, peildatum)
left join landelijk l using (soort, rol, peildatum)
left join plaats p using (swv_code, soort, rol, peildatum)
left join deel v on v.swv_code = d.swv_code and v.soort = d.soort and v.rol = d.rol and v.peildatum = d.peildatum - interval 1 year
