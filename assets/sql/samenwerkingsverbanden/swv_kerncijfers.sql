-- One wide row per SWV and year, for maps, dashboards and spreadsheets: what the other tables say of 1 October of that year. What is
-- known of now alone (coverage) stands in the newest year, with its own dates. What nobody counted is null, never 0. Every number has its own table, with its dates and its reasons.
with jaar as (
    select s.swv_code, a.aanduiding as naam, s.sector, s.landelijk, j.jaar, make_date(j.jaar::integer, 10, 1) as peildatum, j.jaar = max(j.jaar) over () as nieuwste
    from samenwerkingsverband s
    join swv_aanduiding a using (swv_code)
    join (select distinct year(peildatum) as jaar from leerlingen_swv where rol = 'vestiging' and month(peildatum) = 10) j
        on geldt_op(coalesce(s.begindatum, date '2014-08-01'), s.einddatum, make_date(j.jaar::integer, 10, 1))
),
-- whole locations, in every year alike: one with so and vso counts in both sectors. One that likely belongs to the landelijk SWV counts there
lid as (
    select k.swv_code, l.peildatum, l.vestigingscode, l.soort, k.zekerheid in ('zeker', 'aannemelijk') as telt, k.zekerheid = 'mogelijk' as los,
        k.zekerheid in ('aannemelijk', 'anders') as reformatorisch
    from leerlingen_vestiging l
    join referentie.soorten s using (soort)
    join koppeling_mogelijk k on k.vestigingscode = l.vestigingscode and k.sector = s.sector
        and geldt_op(k.geldig_vanaf, k.geldig_tot, l.peildatum)
    where l.bovengrens > 0 and l.onderdeel_van is null and l.peildatum in (select peildatum from jaar)
),
vestigingen as (
    select swv_code, peildatum,
        count(distinct vestigingscode) filter (telt and soort = 'BO') as bo, bool_or(los and soort = 'BO') as bo_mogelijk,
        count(distinct vestigingscode) filter (telt and soort = 'SBO') as sbo, bool_or(los and soort = 'SBO') as sbo_mogelijk,
        count(distinct vestigingscode) filter (telt and soort in ('SO', 'VSO', 'SOVSO')) as so_vso,
        bool_or(los and soort in ('SO', 'VSO', 'SOVSO')) as so_vso_mogelijk,
        count(distinct vestigingscode) filter (telt and soort = 'VO') as vo, bool_or(los and soort = 'VO') as vo_mogelijk,
        count(distinct vestigingscode) filter (reformatorisch) as reformatorisch
    from lid
    group by swv_code, peildatum
),
geteld as (
    select peildatum, bool_or(soort = 'BO') as bo, bool_or(soort = 'SBO') as sbo, bool_or(soort in ('SO', 'VSO', 'SOVSO')) as so_vso,
        bool_or(soort = 'VO') as vo, max(telwijze) filter (soort in ('SO', 'VSO', 'SOVSO')) as telwijze
    from leerlingen_nederland
    group by peildatum
),
-- none is a number where somebody counted and no location may belong here without our knowing
scholen as (
    select j.swv_code, j.jaar, g.telwijze, coalesce(v.reformatorisch, 0) as reformatorisch,
        case when j.sector = 'PO' and g.bo and (v.bo > 0 or not coalesce(v.bo_mogelijk, false)) then coalesce(v.bo, 0) end as bo,
        case when j.sector = 'PO' and g.sbo and (v.sbo > 0 or not coalesce(v.sbo_mogelijk, false)) then coalesce(v.sbo, 0) end as sbo,
        case when g.so_vso and (v.so_vso > 0 or not coalesce(v.so_vso_mogelijk, false)) then coalesce(v.so_vso, 0) end as so_vso,
        case when j.sector = 'VO' and g.vo and (v.vo > 0 or not coalesce(v.vo_mogelijk, false)) then coalesce(v.vo, 0) end as vo,
        concat_ws('; ',
            case when j.sector = 'PO' and not coalesce(g.bo, false) then 'bo is op deze datum niet geteld' end,
            case when j.sector = 'PO' and not coalesce(g.sbo, false) then 'sbo is op deze datum niet geteld' end,
            case when not coalesce(g.so_vso, false) then 'so en vso zijn op deze datum niet geteld' end,
            case when j.sector = 'VO' and not coalesce(g.vo, false) then 'vo is op deze datum niet geteld' end,
            'voor deze datum wijst geen register de scholen van dit samenwerkingsverband aan: ' || nullif(concat_ws(', ',
                case when v.bo = 0 and v.bo_mogelijk then 'bo' end, case when v.sbo = 0 and v.sbo_mogelijk then 'sbo' end,
                case when v.so_vso = 0 and v.so_vso_mogelijk then 'so en vso' end, case when v.vo = 0 and v.vo_mogelijk then 'vo' end
            ), '')) as reden
    from jaar j
    left join geteld g on g.peildatum = j.peildatum
    left join vestigingen v on v.swv_code = j.swv_code and v.peildatum = j.peildatum
),
leerlingen as (
    select swv_code, peildatum,
        sum(ondergrens) filter (rol = 'vestiging' and soort = 'BO') as bo_l, sum(bovengrens) filter (rol = 'vestiging' and soort = 'BO') as bo_h,
        sum(ondergrens) filter (rol = 'vestiging' and soort = 'VO') as vo_l, sum(bovengrens) filter (rol = 'vestiging' and soort = 'VO') as vo_h,
        sum(ondergrens) filter (rol = 'woon' and soort not in ('VSO', 'VO')) as woon_l, sum(bovengrens) filter (rol = 'woon' and soort not in ('VSO', 'VO')) as woon_h
    from leerlingen_swv
    group by swv_code, peildatum
),
-- participation in the role that the definition asks for, and pupils by where the school stands
deelname as (
    select swv_code, peildatum,
        max(percentage_ondergrens) filter (soort = 'SBO' and voorkeur) as sbo_l, max(percentage_bovengrens) filter (soort = 'SBO' and voorkeur) as sbo_h,
        max(percentage_ondergrens) filter (soort = 'SO' and voorkeur) as so_l, max(percentage_bovengrens) filter (soort = 'SO' and voorkeur) as so_h,
        max(percentage_ondergrens) filter (soort = 'VSO' and voorkeur) as vso_l, max(percentage_bovengrens) filter (soort = 'VSO' and voorkeur) as vso_h,
        max(percentage_ondergrens) filter (soort = 'PRO' and voorkeur) as pro_l, max(percentage_bovengrens) filter (soort = 'PRO' and voorkeur) as pro_h,
        max(landelijk_ondergrens) filter (soort = 'SBO' and voorkeur) as sbo_land, max(landelijk_ondergrens) filter (soort = 'SO' and voorkeur) as so_land_l,
        max(landelijk_bovengrens) filter (soort = 'SO' and voorkeur) as so_land_h, max(landelijk_bovengrens) filter (soort = 'SBO' and voorkeur) as sbo_land_h,
        max(rol) filter (soort in ('SO', 'VSO') and voorkeur) as rol,
        max(teller_ondergrens) filter (soort = 'SBO' and rol = 'vestiging') as n_sbo_l, max(teller_bovengrens) filter (soort = 'SBO' and rol = 'vestiging') as n_sbo_h,
        max(teller_alle_clusters_ondergrens) filter (soort = 'SO' and rol = 'vestiging') as n_so_l,
        max(teller_alle_clusters_bovengrens) filter (soort = 'SO' and rol = 'vestiging') as n_so_h,
        max(teller_alle_clusters_ondergrens) filter (soort = 'VSO' and rol = 'vestiging') as n_vso_l,
        max(teller_alle_clusters_bovengrens) filter (soort = 'VSO' and rol = 'vestiging') as n_vso_h,
        max(teller_ondergrens) filter (soort = 'SO' and rol = 'vestiging') as n_so_34_l, max(teller_bovengrens) filter (soort = 'SO' and rol = 'vestiging') as n_so_34_h,
        max(teller_ondergrens) filter (soort = 'VSO' and rol = 'vestiging') as n_vso_34_l,
        max(teller_bovengrens) filter (soort = 'VSO' and rol = 'vestiging') as n_vso_34_h,
        max(alle_clusters_ondergrens) filter (soort = 'SO' and voorkeur) as so_alle_l, max(alle_clusters_bovengrens) filter (soort = 'SO' and voorkeur) as so_alle_h,
        max(alle_clusters_ondergrens) filter (soort = 'VSO' and voorkeur) as vso_alle_l,
        max(alle_clusters_bovengrens) filter (soort = 'VSO' and voorkeur) as vso_alle_h
    from deelname_swv
    group by swv_code, peildatum
),
-- the kinds of a sector together; bounds of sums are sums of bounds
verkeer as (
    select swv_code, peildatum, sum(inkomend_ondergrens) as in_l, sum(inkomend_bovengrens) as in_h, sum(uitgaand_ondergrens) as uit_l,
        sum(uitgaand_bovengrens) as uit_h
    from grensverkeer_swv
    -- vo is counted by home in some years alone: with it a series would jump
    where soort != 'VO'
    group by swv_code, peildatum
),
dekking as (
    select swv_code, string_agg(voorziening, ', ' order by voorziening) filter (aanwezig = 'nee') as ontbrekend,
        count(*) filter (aanwezig = 'onbekend') as onbekend,
        max(aandeel_10km_binnen_ondergrens) filter (voorziening = 'SBO') as sbo_l, max(aandeel_10km_binnen_bovengrens) filter (voorziening = 'SBO') as sbo_h,
        max(aandeel_10km_binnen_ondergrens) filter (voorziening in ('SO', 'VSO')) as so_l,
        max(aandeel_10km_binnen_bovengrens) filter (voorziening in ('SO', 'VSO')) as so_h,
        max(peildatum) as leerlingen_peildatum, min(scholen_peildatum) as scholen_peildatum
    from dekking_swv
    group by swv_code
),
geld as (
    select swv_code, periode, bedrag, status from ondersteuningsbekostiging_swv where component = 'netto'
)
select
    j.swv_code, j.jaar, j.naam, j.sector, j.landelijk, j.peildatum,
    v.bo as vestigingen_bo, v.sbo as vestigingen_sbo, v.so_vso as vestigingen_so_vso, v.vo as vestigingen_vo,
    v.reformatorisch as vestigingen_reformatorisch, nullif(v.reden, '') as vestigingen_reden, v.telwijze as telwijze_so_vso,
    l.bo_l::bigint as leerlingen_bo_ondergrens, l.bo_h::bigint as leerlingen_bo_bovengrens,
    d.n_sbo_l as leerlingen_sbo_ondergrens, d.n_sbo_h as leerlingen_sbo_bovengrens,
    d.n_so_l as leerlingen_so_ondergrens, d.n_so_h as leerlingen_so_bovengrens,
    d.n_vso_l as leerlingen_vso_ondergrens, d.n_vso_h as leerlingen_vso_bovengrens,
    d.n_so_34_l as leerlingen_so_cluster_3_4_ondergrens, d.n_so_34_h as leerlingen_so_cluster_3_4_bovengrens,
    d.n_vso_34_l as leerlingen_vso_cluster_3_4_ondergrens, d.n_vso_34_h as leerlingen_vso_cluster_3_4_bovengrens,
    l.vo_l::bigint as leerlingen_vo_ondergrens, l.vo_h::bigint as leerlingen_vo_bovengrens,
    l.woon_l::bigint as leerlingen_po_woonachtig_ondergrens, l.woon_h::bigint as leerlingen_po_woonachtig_bovengrens,
    d.sbo_l as deelname_sbo_ondergrens, d.sbo_h as deelname_sbo_bovengrens, d.sbo_land as deelname_sbo_landelijk_ondergrens,
    d.sbo_land_h as deelname_sbo_landelijk_bovengrens,
    d.so_l as deelname_so_ondergrens, d.so_h as deelname_so_bovengrens, d.so_land_l as deelname_so_landelijk_ondergrens,
    d.so_land_h as deelname_so_landelijk_bovengrens,
    d.vso_l as deelname_vso_ondergrens, d.vso_h as deelname_vso_bovengrens,
    d.so_alle_l as deelname_so_alle_clusters_ondergrens, d.so_alle_h as deelname_so_alle_clusters_bovengrens,
    d.vso_alle_l as deelname_vso_alle_clusters_ondergrens, d.vso_alle_h as deelname_vso_alle_clusters_bovengrens,
    d.pro_l as deelname_pro_ondergrens, d.pro_h as deelname_pro_bovengrens, d.rol as deelname_rol,
    g.in_l::bigint as inkomend_ondergrens, g.in_h::bigint as inkomend_bovengrens,
    g.uit_l::bigint as uitgaand_ondergrens, g.uit_h::bigint as uitgaand_bovengrens,
    (g.in_l - g.uit_h)::bigint as saldo_ondergrens, (g.in_h - g.uit_l)::bigint as saldo_bovengrens,
    k.leerlingen_peildatum as dekking_leerlingen_peildatum, k.scholen_peildatum as dekking_scholen_peildatum,
    k.ontbrekend as ontbrekende_voorzieningen, k.onbekend as voorzieningen_onbekend,
    k.sbo_l as binnen_10km_sbo_ondergrens, k.sbo_h as binnen_10km_sbo_bovengrens,
    k.so_l as binnen_10km_speciaal_ondergrens, k.so_h as binnen_10km_speciaal_bovengrens,
    s.bedrag as netto_schooljaar, s.status as netto_schooljaar_status, c.bedrag as netto_kalenderjaar, c.status as netto_kalenderjaar_status
from jaar j
left join scholen v on v.swv_code = j.swv_code and v.jaar = j.jaar
left join leerlingen l on l.swv_code = j.swv_code and l.peildatum = j.peildatum
left join deelname d on d.swv_code = j.swv_code and d.peildatum = j.peildatum
left join verkeer g on g.swv_code = j.swv_code and g.peildatum = j.peildatum
left join dekking k on k.swv_code = j.swv_code and j.nieuwste
left join geld s on s.swv_code = j.swv_code and s.periode = j.jaar || '-' || (j.jaar + 1)
left join geld c on c.swv_code = j.swv_code and c.periode = j.jaar::varchar
