-- RIO is the register of SWVs (SOORT PAPO and PAVO); a code that only another source uses is kept without a name.
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
-- The registry names no successor, but its relations do: an SWV whose locations all went on, on its last day, in one other.
verder as (
    select r.swv_nummer as swv_code, n.swv_nummer as opvolger, count(distinct r.vestigingscode) as vestigingen
    from stg_rio_swv_vestiging r
    join rio on rio.swv_code = r.swv_nummer and rio.einddatum = r.einddatum
    join stg_rio_swv_vestiging n on n.vestigingscode = r.vestigingscode and n.begindatum = r.einddatum
        and left(n.swv_nummer, 2) = left(r.swv_nummer, 2)
    group by all
),
opvolging as (
    select swv_code, any_value(opvolger) as opvolger, sum(vestigingen) as vestigingen
    from verder
    group by swv_code
    having count(*) = 1
),
genoemd as (
    select swv_nummer as swv_code, 'rio' as bron from stg_rio_swv_regio
    union select swv_nummer, 'rio' from stg_rio_swv_vestiging
    union select swv_po, 'regeling' from stg_swv_regio_wettelijk
    union select swv_vo, 'regeling' from stg_swv_regio_wettelijk
    union select swv_code, 'telling' from stg_leerlingen_swv_totaal
    union select betaler, 'telling' from stg_so_vso_residentieel
    -- the national reformed SWV: its schools are known by their denominatie
    union select 'VO0001', 'denominatie' from stg_vestigingen_vo where denominatie = 'Reformatorisch'
),
allemaal as (
    select swv_code, 'rio' as bron from rio
    union all
    select swv_code, bron from genoemd where regexp_full_match(swv_code, '(PO|VO)\d{4}')
)
select
    a.swv_code,
    any_value(r.naam) as naam,
    left(a.swv_code, 2) as sector,
    a.swv_code = 'VO0001' or coalesce(bool_or(r.reformatorisch), false) as landelijk,
    any_value(r.begindatum) as begindatum,
    any_value(r.einddatum) as einddatum,
    any_value(o.opvolger) as opvolger,
    case when any_value(o.opvolger) is not null then any_value(o.vestigingen) || ' vestigingen gaan in RIO op '
        || any_value(r.einddatum)::varchar || ' over naar dit samenwerkingsverband' end as opvolger_grond,
    min(case a.bron when 'rio' then '1 rio' when 'regeling' then '2 regeling' when 'telling' then '3 telling' else '4 denominatie' end)[3:] as bron
from allemaal a
left join rio r using (swv_code)
left join opvolging o using (swv_code)
group by a.swv_code
