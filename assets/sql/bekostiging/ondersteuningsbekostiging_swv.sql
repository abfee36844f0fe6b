-- apply: build_up
-- One row per SWV, period and line of the build-up, with what is known of its count and its amount. The arithmetic is
-- pipeline/funding.py; which lines a period has is reference data (bekostigingsposten.csv), and so are the amounts.
with bedrag as (
    select * from bekostigingsparameter
    where bezwaar is null
    qualify row_number() over (partition by parameter, sector, categorie, periode, component order by versie desc) = 1
),
-- a period exists as soon as one amount that a line uses is known
periode as (
    select distinct periode, periodesoort, left(periode, 4)::integer as jaar,
        make_date(jaar, case periodesoort when 'schooljaar' then 8 else 1 end, 1) as begindatum
    from bedrag
    where gebruikt
),
regime as (
    select
        row_number() over () as volgorde, post, omschrijving, sector, groep, teken::integer as teken, telt_mee = 'ja' as telt_mee,
        alleen_met_bedrag is not null as alleen_met_bedrag, parameter, of_parameter, parameter_sector,
        coalesce(categorie, 'geen') as categorie, vanaf::integer as vanaf, tot::integer as tot, schooljaar, kalenderjaar, telling,
        soorten, teldag, telling_naam, rekenwijze, tegenover_soorten, tegenover_teldag, percentage_naam, percentages, wetsartikel,
        wetsartikel_materieel
    from referentie.bekostigingsposten
),
-- the lines of each period, each with the newest version of its amount; teldag is "t-1 10-01" (the year before) or a date
post as (
    select
        r.* exclude (parameter, of_parameter, wetsartikel, percentages, teldag, tegenover_teldag),
        q.periode, q.begindatum, case q.periodesoort when 'schooljaar' then r.schooljaar else r.kalenderjaar end as deel,
        coalesce(b.parameter, r.parameter) as parameter, b.bedrag, b.marge, coalesce(b.versie, 0) as versie, b.gepubliceerd_op, b.bron,
        case when deel = 'materieel' then coalesce(r.wetsartikel_materieel, r.wetsartikel) else r.wetsartikel end as wetsartikel,
        nullif(regexp_extract(r.percentages, q.jaar || ':([0-9.]+)', 1), '')::decimal(18, 2) as percentage,
        case when starts_with(r.teldag, 't') then (q.jaar - (r.teldag like 't-1 %')::integer || '-' || right(r.teldag, 5))::date
            else r.teldag::date end as gewone_teldag,
        case when r.tegenover_teldag is not null
            then (q.jaar - (r.tegenover_teldag like 't-1 %')::integer || '-' || right(r.tegenover_teldag, 5))::date end as tegenover_teldag,
        -- what the regulation itself says goes first
        coalesce(b.teldatum, gewone_teldag) as teldatum,
        -- where 1 February is in no registry, the count nearest to it tells the order of magnitude
        case when r.telling = 'vestiging' and r.rekenwijze = 'aantal' and month(coalesce(b.teldatum, gewone_teldag)) = 2
            then make_date(year(coalesce(b.teldatum, gewone_teldag)) - 1, 10, 1) end as nabije_teldag
    from regime r
    join periode q on q.jaar between r.vanaf and r.tot
    left join bedrag b on b.parameter in (r.parameter, r.of_parameter) and b.sector = r.parameter_sector
        and b.categorie = r.categorie and b.periode = q.periode
        and b.component = case q.periodesoort when 'schooljaar' then r.schooljaar else r.kalenderjaar end
    where case q.periodesoort when 'schooljaar' then r.schooljaar else r.kalenderjaar end is not null
        and (r.alleen_met_bedrag is null or not r.alleen_met_bedrag or b.bedrag is not null)
    qualify row_number() over (partition by r.volgorde, q.periode order by b.parameter = r.parameter desc nulls last) = 1
        and count(b.bedrag) over (partition by r.sector, q.periode) > 0
),
-- the counts of pupils by location that these lines need: kinds on a date, by the SWV on the day the period begins
vraag as (
    select distinct teldatum, begindatum, soorten, sector from post where telling = 'vestiging'
    union
    select distinct nabije_teldag, begindatum, soorten, sector from post where nabije_teldag is not null
    union
    select distinct tegenover_teldag, begindatum, tegenover_soorten, sector from post where telling = 'vestiging' and tegenover_soorten is not null
),
moment as (
    select distinct v.teldatum, v.begindatum, v.sector, s.soort from vraag v, unnest(string_split(v.soorten, ' ')) as s (soort)
),
geteld as (
    select m.teldatum, m.begindatum, m.sector, m.soort, l.vestigingscode, l.ondergrens, l.bovengrens
    from leerlingen_vestiging l
    join moment m on m.teldatum = l.peildatum and m.soort = l.soort
    where l.bovengrens > 0
),
telling as (
    select g.teldatum, g.begindatum, g.soort, k.swv_code, sum(g.ondergrens * k.zeker::integer)::integer as ondergrens,
        sum(g.bovengrens)::integer as bovengrens
    from geteld g
    join koppeling_mogelijk k on k.vestigingscode = g.vestigingscode and k.sector = g.sector
        and geldt_op(k.geldig_vanaf, k.geldig_tot, g.begindatum)
    group by g.teldatum, g.begindatum, g.soort, k.swv_code
),
-- a kind that is counted on that date is counted everywhere: an SWV without a row then has none
aanwezig as (select distinct teldatum, soort from geteld),
som as (
    select v.teldatum, v.begindatum, v.soorten, s.swv_code, coalesce(sum(t.ondergrens), 0)::integer as ondergrens,
        coalesce(sum(t.bovengrens), 0)::integer as bovengrens
    from vraag v
    join samenwerkingsverband s on s.sector = v.sector
    cross join unnest(string_split(v.soorten, ' ')) as k (soort)
    join aanwezig g on g.teldatum = v.teldatum and g.soort = k.soort
    left join telling t on t.teldatum = v.teldatum and t.begindatum = v.begindatum and t.soort = k.soort and t.swv_code = s.swv_code
    group by v.teldatum, v.begindatum, v.soorten, s.swv_code
    having count(distinct k.soort) = length(string_split(v.soorten, ' '))
),
-- what a paying SWV pays for, by category (the registry gives no age); editions repeat each other, the newest counts
categorie as (
    select betaler as swv_code, soort, peildatum as teldatum,
        -- the number after the word, where a cluster has a number too
        coalesce(nullif(regexp_extract(bekostigingscategorie, '(?i)cat[a-z]*[^a-z0-9]*([123])', 1), ''),
            regexp_extract(bekostigingscategorie, '(?i)^[^a-z0-9]*([123])', 1)) as categorie, ondergrens, bovengrens
    from stg_so_vso_categorie
    qualify row_number() over (partition by betaler, soort, peildatum, bekostigingscategorie order by editie desc nulls last, bron_sha256) = 1
),
betalend as (
    select swv_code, soort, teldatum, categorie, sum(ondergrens)::integer as ondergrens, sum(bovengrens)::integer as bovengrens
    from categorie
    where categorie != ''
    group by all
    having count(*) = count(ondergrens)
)
select
    s.swv_code, p.periode, p.volgorde, p.post, p.omschrijving, p.groep, p.teken, p.telt_mee, p.parameter, p.parameter_sector,
    p.categorie, p.deel, p.bedrag as bedrag_per_eenheid, p.marge as bedrag_marge, p.versie, p.gepubliceerd_op, p.teldatum, p.wetsartikel, p.bron,
    -- what the SWV itself counts, where no registry counts it exactly or rules it out
    case when o.aantal is null then false when v.swv_code is null and b.swv_code is null then true
        else p.rekenwijze = 'aantal' and coalesce(v.ondergrens, b.ondergrens) < coalesce(v.bovengrens, b.bovengrens)
            and o.aantal between coalesce(v.ondergrens, b.ondergrens) and coalesce(v.bovengrens, b.bovengrens) end as eigen,
    p.telling_naam, if(eigen, 'aantal', p.rekenwijze) as rekenwijze, p.percentage_naam,
    coalesce(p.percentage, if(p.percentage_naam is not null, o.percentage, null)) as percentage,
    nullif(concat_ws(', ', if(eigen, 'aantal', null),
        if(p.percentage is null and p.percentage_naam is not null and o.percentage is not null, 'percentage', null)), '') as opgave,
    if(eigen, o.aantal, coalesce(v.ondergrens, b.ondergrens)) as ondergrens,
    if(eigen, o.aantal, coalesce(v.bovengrens, b.bovengrens)) as bovengrens,
    eigen or v.swv_code is not null or b.swv_code is not null as geteld,
    t.ondergrens as tegenover_ondergrens, t.bovengrens as tegenover_bovengrens,
    n.teldatum as indicatief_teldatum, n.ondergrens as indicatief_aantal_ondergrens, n.bovengrens as indicatief_aantal_bovengrens
from samenwerkingsverband s
join post p on p.sector = s.sector
left join som v on p.telling = 'vestiging' and v.teldatum = p.teldatum and v.begindatum = p.begindatum and v.soorten = p.soorten
    and v.swv_code = s.swv_code
left join som n on v.swv_code is null and n.teldatum = p.nabije_teldag and n.begindatum = p.begindatum and n.soorten = p.soorten
    and n.swv_code = s.swv_code
left join som t on p.telling = 'vestiging' and t.teldatum = p.tegenover_teldag and t.begindatum = p.begindatum
    and t.soorten = p.tegenover_soorten and t.swv_code = s.swv_code
left join betalend b on p.telling = 'betalend' and b.swv_code = s.swv_code and b.soort = p.soorten and b.teldatum = p.teldatum
    and b.categorie = p.categorie
left join stg_swv_opgave o on o.swv_code = s.swv_code and o.periode = p.periode and o.regel = p.post
where geldt_op(s.begindatum, s.einddatum, p.begindatum)
order by s.swv_code, p.periode, p.volgorde
