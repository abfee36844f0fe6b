-- One wide row per SWV and year, for maps, dashboards and spreadsheets: what the other tables say of 1 October of that year. What is
-- known of now alone (coverage) stands in the newest year. Every number has its own table, with its dates and its reasons.
with jaar as (
    select s.swv_code, s.naam, s.sector, s.landelijk, j.jaar, make_date(j.jaar::integer, 10, 1) as peildatum, j.jaar = max(j.jaar) over () as nieuwste
    from samenwerkingsverband s
    join (select distinct year(peildatum) as jaar from leerlingen_swv where rol = 'vestiging' and month(peildatum) = 10) j
        on geldt_op(coalesce(s.begindatum, date '2014-08-01'), s.einddatum, make_date(j.jaar::integer, 10, 1))
),
vestigingen as (
    select k.swv_code, l.peildatum,
        count(distinct l.vestigingscode) filter (l.soort = 'BO') as bo, count(distinct l.vestigingscode) filter (l.soort = 'SBO') as sbo,
        count(distinct l.vestigingscode) filter (l.soort in ('SO', 'VSO', 'SOVSO')) as so_vso,
        count(distinct l.vestigingscode) filter (l.soort = 'VO') as vo
    from leerlingen_vestiging l
    join referentie.soorten s using (soort)
    join koppeling_mogelijk k on k.vestigingscode = l.vestigingscode and k.sector = s.sector and k.zeker
        and geldt_op(k.geldig_vanaf, k.geldig_tot, l.peildatum)
    where l.bovengrens > 0 and not l.uitgesplitst and l.peildatum in (select peildatum from jaar)
    group by k.swv_code, l.peildatum
),
leerlingen as (
    select swv_code, peildatum,
        sum(ondergrens) filter (rol = 'vestiging' and soort = 'BO') as bo_l, sum(bovengrens) filter (rol = 'vestiging' and soort = 'BO') as bo_h,
        sum(ondergrens) filter (rol = 'vestiging' and soort = 'VO') as vo_l, sum(bovengrens) filter (rol = 'vestiging' and soort = 'VO') as vo_h,
        sum(ondergrens) filter (rol = 'woon' and soort != 'VSO') as woon_l, sum(bovengrens) filter (rol = 'woon' and soort != 'VSO') as woon_h
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
        max(teller_ondergrens) filter (soort = 'SO' and rol = 'vestiging') as n_so_l, max(teller_bovengrens) filter (soort = 'SO' and rol = 'vestiging') as n_so_h,
        max(teller_ondergrens) filter (soort = 'VSO' and rol = 'vestiging') as n_vso_l, max(teller_bovengrens) filter (soort = 'VSO' and rol = 'vestiging') as n_vso_h
    from deelname_swv
    group by swv_code, peildatum
),
-- the kinds of a sector together; bounds of sums are sums of bounds
verkeer as (
    select swv_code, peildatum, sum(inkomend_ondergrens) as in_l, sum(inkomend_bovengrens) as in_h, sum(uitgaand_ondergrens) as uit_l,
        sum(uitgaand_bovengrens) as uit_h
    from grensverkeer_swv
    group by swv_code, peildatum
),
dekking as (
    select swv_code, string_agg(voorziening, ', ' order by voorziening) filter (aanwezig = 'nee') as ontbrekend,
        count(*) filter (aanwezig = 'onbekend') as onbekend,
        max(aandeel_10km_binnen_ondergrens) filter (voorziening = 'SBO') as sbo_l, max(aandeel_10km_binnen_bovengrens) filter (voorziening = 'SBO') as sbo_h,
        max(aandeel_10km_binnen_ondergrens) filter (voorziening in ('SO', 'VSO')) as so_l,
        max(aandeel_10km_binnen_bovengrens) filter (voorziening in ('SO', 'VSO')) as so_h
    from dekking_swv
    group by swv_code
),
geld as (
    select swv_code, periode, bedrag, status from ondersteuningsbekostiging_swv where component = 'netto'
)
select
    j.swv_code, j.jaar, j.naam, j.sector, j.landelijk, j.peildatum,
    v.bo as vestigingen_bo, v.sbo as vestigingen_sbo, v.so_vso as vestigingen_so_vso, v.vo as vestigingen_vo,
    l.bo_l::bigint as leerlingen_bo_ondergrens, l.bo_h::bigint as leerlingen_bo_bovengrens,
    d.n_sbo_l as leerlingen_sbo_ondergrens, d.n_sbo_h as leerlingen_sbo_bovengrens,
    d.n_so_l as leerlingen_so_ondergrens, d.n_so_h as leerlingen_so_bovengrens,
    d.n_vso_l as leerlingen_vso_ondergrens, d.n_vso_h as leerlingen_vso_bovengrens,
    l.vo_l::bigint as leerlingen_vo_ondergrens, l.vo_h::bigint as leerlingen_vo_bovengrens,
    l.woon_l::bigint as leerlingen_po_woonachtig_ondergrens, l.woon_h::bigint as leerlingen_po_woonachtig_bovengrens,
    d.sbo_l as deelname_sbo_ondergrens, d.sbo_h as deelname_sbo_bovengrens, d.sbo_land as deelname_sbo_landelijk_ondergrens,
    d.sbo_land_h as deelname_sbo_landelijk_bovengrens,
    d.so_l as deelname_so_ondergrens, d.so_h as deelname_so_bovengrens, d.so_land_l as deelname_so_landelijk_ondergrens,
    d.so_land_h as deelname_so_landelijk_bovengrens,
    d.vso_l as deelname_vso_ondergrens, d.vso_h as deelname_vso_bovengrens,
    d.pro_l as deelname_pro_ondergrens, d.pro_h as deelname_pro_bovengrens, d.rol as deelname_rol,
    g.in_l::bigint as inkomend_ondergrens, g.in_h::bigint as inkomend_bovengrens,
    g.uit_l::bigint as uitgaand_ondergrens, g.uit_h::bigint as uitgaand_bovengrens,
    (g.in_l - g.uit_h)::bigint as saldo_ondergrens, (g.in_h - g.uit_l)::bigint as saldo_bovengrens,
    k.ontbrekend as ontbrekende_voorzieningen, k.onbekend as voorzieningen_onbekend,
    k.sbo_l as binnen_10km_sbo_ondergrens, k.sbo_h as binnen_10km_sbo_bovengrens,
    k.so_l as binnen_10km_speciaal_ondergrens, k.so_h as binnen_10km_speciaal_bovengrens,
    s.bedrag as netto_schooljaar, s.status as netto_schooljaar_status, c.bedrag as netto_kalenderjaar, c.status as netto_kalenderjaar_status
from jaar j
left join vestigingen v on v.swv_code = j.swv_code and v.peildatum = j.peildatum
left join leerlingen l on l.swv_code = j.swv_code and l.peildatum = j.peildatum
left join deelname d on d.swv_code = j.swv_code and d.peildatum = j.peildatum
left join verkeer g on g.swv_code = j.swv_code and g.peildatum = j.peildatum
left join dekking k on k.swv_code = j.swv_code and j.nieuwste
left join geld s on s.swv_code = j.swv_code and s.periode = j.jaar || '-' || (j.jaar + 1)
left join geld c on c.swv_code = j.swv_code and c.periode = j.jaar::varchar
