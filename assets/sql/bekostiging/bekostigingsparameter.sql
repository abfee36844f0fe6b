-- Norm amounts, one row per row of the reference file, with what is wrong with it (bezwaar): a release holds none of those.
with regel as (
    select
        row_number() over () + 1 as regel,  -- line in the file, where the header is line 1 and blank lines are not counted
        trim(parameter) as parameter, trim(sector) as sector, coalesce(nullif(trim(categorie), ''), 'geen') as categorie,
        trim(periode) as periode, trim(periodesoort) as periodesoort,
        coalesce(nullif(trim(component), ''), 'niet gesplitst') as component, trim(versie) as versie_tekst,
        trim(bedrag) as bedrag_tekst, nullif(trim(teldatum), '') as teldatum_tekst,
        nullif(trim(gepubliceerd_op), '') as gepubliceerd_tekst, nullif(trim(bron), '') as bron, nullif(trim(status), '') as status,
        coalesce(trim(zonder_regel) = 'ja', false) as zonder_regel
    from referentie.bekostigingsparameters
),
gelezen as (
    select
        *, case when regexp_full_match(versie_tekst, '[1-9]\d{0,3}') then versie_tekst::integer end as versie,
        -- a comma, or a third decimal, would be read as another amount
        case when regexp_full_match(bedrag_tekst, '-?\d{1,14}(\.\d{1,2})?') then bedrag_tekst::decimal(18, 2) end as bedrag,
        try_cast(teldatum_tekst as date) as teldatum, try_cast(gepubliceerd_tekst as date) as gepubliceerd_op,
        case
            when regexp_full_match(periode, '\d{4}-\d{4}') and right(periode, 4)::integer = left(periode, 4)::integer + 1 then 'schooljaar'
            when regexp_full_match(periode, '\d{4}') then 'kalenderjaar'
        end as soort_naar_spelling,
        try_cast(left(periode, 4) as integer) as startjaar,
        -- euro counts from the first day of a period to the first day of the next
        case soort_naar_spelling when 'schooljaar' then make_date(startjaar, 8, 1) when 'kalenderjaar' then make_date(startjaar, 1, 1)
        end as begindatum,
        -- from 2023 all money is per calendar year: the last school year ends with 2022
        case when begindatum < date '2023-01-01' then least(begindatum + interval 1 year, date '2023-01-01') else begindatum + interval 1 year end
            as einddatum
    from regel
),
-- every amount that some line of a build-up asks for
gevraagd as (
    select
        unnest([parameter, of_parameter]) as parameter, parameter_sector as sector, coalesce(categorie, 'geen') as categorie,
        vanaf::integer as vanaf, tot::integer as tot, schooljaar, kalenderjaar
    from referentie.bekostigingsposten
),
-- a second row for the same thing: the same version again, another amount for the same days, or versions out of order
dubbel as (
    select
        r.regel,
        min(a.regel) filter (a.periode = r.periode and a.component = r.component and a.versie = r.versie and a.regel < r.regel) as zelfde_versie,
        min(a.regel) filter (
            (a.periode != r.periode or a.component != r.component) and a.begindatum < r.einddatum and a.einddatum > r.begindatum
            and (a.component = r.component or 'totaal' in (a.component, r.component) or 'niet gesplitst' in (a.component, r.component))
            and a.regel < r.regel
        ) as overlapt,
        min(a.regel) filter (
            a.periode = r.periode and a.component = r.component and a.versie < r.versie and a.gepubliceerd_op > r.gepubliceerd_op
        ) as later_verschenen
    from gelezen r
    join gelezen a on a.parameter = r.parameter and a.sector = r.sector and a.categorie = r.categorie and a.regel != r.regel
    group by r.regel
),
bekend as (
    select
        r.regel,
        coalesce(bool_or(g.parameter = r.parameter), false) as parameter_bekend,
        coalesce(bool_or(g.parameter = r.parameter and g.sector = r.sector and g.categorie = r.categorie), false) as sleutel_bekend,
        coalesce(bool_or(
            g.parameter = r.parameter and g.sector = r.sector and g.categorie = r.categorie and r.startjaar between g.vanaf and g.tot
        ), false) as jaar_bekend,
        coalesce(bool_or(
            g.parameter = r.parameter and g.sector = r.sector and g.categorie = r.categorie
            and r.startjaar between g.vanaf and g.tot
            and r.component = case r.periodesoort when 'schooljaar' then g.schooljaar else g.kalenderjaar end
        ), false) as gebruikt,
        arg_max(g.parameter, jaro_winkler_similarity(g.parameter, coalesce(r.parameter, ''))) as lijkt_op,
        array_to_string(list_sort(list(distinct concat_ws(' ', g.sector, nullif(g.categorie, 'geen')))
            filter (g.parameter = r.parameter)), ', ') as sleutels,
        array_to_string(list_sort(list(distinct concat_ws(' ',
            case r.periodesoort when 'schooljaar' then g.schooljaar else g.kalenderjaar end,
            'van ' || g.vanaf || case when g.tot < 9999 then ' tot en met ' || g.tot else '' end
        )) filter (
            g.parameter = r.parameter and g.sector = r.sector and g.categorie = r.categorie
            and case r.periodesoort when 'schooljaar' then g.schooljaar else g.kalenderjaar end is not null
        )), ', ') as gebruik
    from gelezen r
    cross join gevraagd g
    where g.parameter is not null
    group by r.regel, r.parameter
)
select
    r.parameter, r.sector, r.categorie, r.periode, r.periodesoort, r.component, r.versie, r.bedrag,
    -- worked out from another amount, which is rounded to the cent as well
    case when starts_with(r.status, 'derived') then 0.01::decimal(18, 2) end as marge, r.teldatum, r.bron, r.status,
    r.gepubliceerd_op, b.gebruikt, r.regel,
    'regel ' || r.regel || ': ' || nullif(concat_ws('; ',
        case when r.zonder_regel then case when b.sleutel_bekend then 'een regel van de opbouw gebruikt dit, dus zonder_regel is leeg' end
            when not b.parameter_bekend then 'onbekende parameter ' || coalesce('''' || r.parameter || '''', '(leeg)') || ', lijkt op ' || b.lijkt_op
            when not b.sleutel_bekend then 'onbekende sector of categorie ''' || concat_ws(' ', r.sector, nullif(r.categorie, 'geen'))
                || ''', bekend bij ' || r.parameter || ': ' || b.sleutels end,
        case when r.soort_naar_spelling is null then 'onbekende periode ' || coalesce('''' || r.periode || '''', '(leeg)') || ', schrijf 2015-2016 of 2016'
            when r.periodesoort is distinct from r.soort_naar_spelling then 'periodesoort ' || coalesce('''' || r.periodesoort || '''', '(leeg)')
                || ' past niet bij periode ' || r.periode || ', dat is een ' || r.soort_naar_spelling end,
        case when r.component not in ('personeel', 'materieel', 'totaal', 'niet gesplitst')
                then 'onbekende component ''' || r.component || ''', schrijf personeel, materieel, totaal of niets'
            -- of a year that no line asks for an amount is kept
            when b.jaar_bekend and r.periodesoort = r.soort_naar_spelling and not b.gebruikt
                then 'geen regel van de opbouw gebruikt dit: ' || r.component || ' in ' || r.periodesoort || ' ' || r.periode
                    || '; wel ' || coalesce(nullif(b.gebruik, ''), 'in geen ' || r.periodesoort) end,
        case when r.bedrag is null then 'bedrag ' || coalesce('''' || r.bedrag_tekst || '''', '(leeg)') || ' is geen bedrag in euro, schrijf 4782450.00'
            when r.bedrag < 0 then 'bedrag ' || r.bedrag || ' is negatief' end,
        case when r.versie is null then 'versie ' || coalesce('''' || r.versie_tekst || '''', '(leeg)') || ' is geen heel getal vanaf 1'
            when d.zelfde_versie is not null then 'zelfde versie als regel ' || d.zelfde_versie || ', een herziening telt door' end,
        case when d.overlapt is not null then 'overlapt met de periode van regel ' || d.overlapt end,
        case when r.gepubliceerd_tekst is not null and r.gepubliceerd_op is null
                then 'gepubliceerd_op ''' || r.gepubliceerd_tekst || ''' is geen datum, schrijf 2023-10-05'
            when d.later_verschenen is not null then 'gepubliceerd_op ligt voor die van een lagere versie op regel ' || d.later_verschenen end,
        case when r.teldatum_tekst is not null and r.teldatum is null then 'teldatum ''' || r.teldatum_tekst || ''' is geen datum, schrijf 2014-10-01' end,
        case when r.bron is null then 'geen bron' end,
        case when r.status is null then 'geen status'
            when not regexp_matches(r.status, '^(official|secondary|derived)\b')
                then 'status ''' || r.status || ''' begint niet met official, secondary of derived' end
    ), '') as bezwaar
from gelezen r
join bekend b using (regel)
left join dubbel d using (regel)
