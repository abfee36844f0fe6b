-- RIO is the register of SWVs (SOORT PAPO and PAVO); a code that only another source uses has its name from a page on the web, if one is
-- sure enough. One that RIO does not have begins and ends with its region, as far as editions of the statutory table show it.
with rio as (
    select
        swv_nummer as swv_code,
        arg_max(volledige_naam, begindatum_periode) as naam,
        bool_or(richtingen = 'REF') as reformatorisch,
        min(begindatum) as begindatum,
        -- two end dates are in use; the SWV has ended when either has passed
        case when bool_or(einddatum is null and uit_bedrijfdatum is null) then null
            else max(least(coalesce(einddatum, uit_bedrijfdatum), coalesce(uit_bedrijfdatum, einddatum))) end as einddatum
    from stg_rio_samenwerkingsverbanden
    where soort in ('PAPO', 'PAVO') and regexp_full_match(swv_nummer, '(PO|VO)\d{4}')
    group by swv_nummer
),
wet as (
    select swv_po as swv_code, coalesce(editie, date '2014-08-01') as dag from stg_swv_regio_wettelijk
    union
    select swv_vo, coalesce(editie, date '2014-08-01') from stg_swv_regio_wettelijk
    union
    select swv_po, coalesce(editie, date '2014-08-01') from stg_swv_regio_gemeente
),
-- the first edition of a sector tells of no beginning: what it has began with passend onderwijs
uitgave as (
    select sector, dag, lag(dag) over w as vorige, lead(dag) over w as volgende
    from (select distinct left(swv_code, 2) as sector, dag from wet)
    window w as (partition by sector order by dag)
),
regeling as (
    select w.swv_code, case when first(u.vorige order by w.dag) is not null then min(w.dag) end as begindatum,
        first(u.vorige order by w.dag) as begindatum_na, last(u.volgende order by w.dag) as einddatum,
        case when last(u.volgende order by w.dag) is not null then max(w.dag) end as einddatum_na
    from wet w
    anti join rio using (swv_code)
    join uitgave u on u.sector = left(w.swv_code, 2) and u.dag = w.dag
    group by w.swv_code
),
bestaan as (
    select swv_code, naam, reformatorisch, begindatum, einddatum, null as begindatum_na, null as einddatum_na from rio
    union all
    select swv_code, null, null, begindatum, einddatum, begindatum_na, einddatum_na from regeling
),
-- No source names a successor, but two show it: the relations of an SWV whose locations all went on, on its last day, in one
-- other, and the postcodes of a region that all lie in one other from then on.
verder as (
    select b.swv_code, n.swv_nummer as opvolger, count(distinct r.vestigingscode) as aantal, 'vestigingen gaan in RIO' as wat
    from bestaan b
    join stg_rio_swv_vestiging r on r.swv_nummer = b.swv_code and r.einddatum = b.einddatum
    join stg_rio_swv_vestiging n on n.vestigingscode = r.vestigingscode and n.begindatum = r.einddatum
        and left(n.swv_nummer, 2) = left(r.swv_nummer, 2)
    group by all
    union all
    select b.swv_code, n.swv_code, count(*), 'postcodes gaan in de regeling'
    from regeling b
    join swv_postcode4 p on p.swv_code = b.swv_code and p.bron = 'regeling' and p.geldig_tot = b.einddatum
    join swv_postcode4 n on n.postcode4 = p.postcode4 and n.bron = 'regeling' and n.geldig_vanaf = p.geldig_tot
        and left(n.swv_code, 2) = left(p.swv_code, 2)
    group by all
),
opvolging as (
    select swv_code, any_value(opvolger) as opvolger, any_value(aantal || ' ' || wat) as grond
    from verder
    group by swv_code
    having count(*) = 1
),
-- not the counts by home: they are read last, and the areas of the SWVs need not wait for them
po as (
    select denominatie from stg_vestigingen_bo
    union all
    select denominatie from stg_vestigingen_so where soort != 'VSO'
    union all
    select denominatie from stg_leerlingen_po_historisch where soort != 'VSO'
),
genoemd as (
    select swv_nummer as swv_code, 'rio' as bron from stg_rio_swv_regio
    union select swv_nummer, 'rio' from stg_rio_swv_vestiging
    union select swv_code, 'regeling' from wet
    union select swv_code, 'telling' from stg_leerlingen_swv_totaal
    union select betaler, 'telling' from stg_so_vso_residentieel
    -- the national reformed SWVs: their schools are known by their denominatie. Where RIO is at hand it says whether there is one for po
    union select 'VO0001', 'denominatie' from stg_vestigingen_vo where denominatie = 'Reformatorisch'
    union select 'PO0001', 'denominatie' from po where denominatie = 'Reformatorisch' and not exists (from rio where swv_code like 'PO%')
),
allemaal as (
    select swv_code, 'rio' as bron from rio
    union all
    select swv_code, bron from genoemd where regexp_full_match(swv_code, '(PO|VO)\d{4}')
)
select
    a.swv_code,
    coalesce(any_value(b.naam), any_value(n.naam)) as naam,
    case when any_value(b.naam) is not null then 'rio' else any_value(n.bron) end as naam_bron,
    left(a.swv_code, 2) as sector,
    a.swv_code like '__0001' or coalesce(bool_or(b.reformatorisch), false) as landelijk,
    any_value(b.begindatum) as begindatum,
    any_value(b.einddatum) as einddatum,
    any_value(b.begindatum_na) as begindatum_na,
    any_value(b.einddatum_na) as einddatum_na,
    any_value(o.opvolger) as opvolger,
    any_value(o.grond) || ' op ' || any_value(b.einddatum)::varchar || ' over naar dit samenwerkingsverband' as opvolger_grond,
    min(case a.bron when 'rio' then '1 rio' when 'regeling' then '2 regeling' when 'telling' then '3 telling' else '4 denominatie' end)[3:] as bron
from allemaal a
left join bestaan b using (swv_code)
left join opvolging o using (swv_code)
left join swv_naam n on n.swv_code = a.swv_code and n.zeker
group by a.swv_code
