-- Every sighting of a location: what each registry says of it, per kind of education and per file, and the first and last day on
-- which that file shows it. A count shows a location on the days on which it has pupils. `rang` tells how well a registry
-- describes a location: 1 a register, 2 a count with its postcode, 3 and 4 a count with its name, 5 a count with its code alone.
with register as (
    select 'vestigingen_bo' as bron, vestigingscode, 'BO' as soort, editie, instellingscode, bevoegd_gezag_nummer, vestigingsnaam, null as cluster,
        null as onderwijsstructuur, denominatie, straatnaam, huisnummer_toevoeging, postcode, plaatsnaam, gemeentenummer, provincie,
        internetadres, bron_sha256, bron_regel
    from stg_vestigingen_bo
    union all
    select 'vestigingen_so', vestigingscode, soort, editie, instellingscode, bevoegd_gezag_nummer, vestigingsnaam, cluster, null, denominatie,
        straatnaam, huisnummer_toevoeging, postcode, plaatsnaam, gemeentenummer, provincie, internetadres, bron_sha256, bron_regel
    from stg_vestigingen_so
    union all
    select 'vestigingen_vo', vestigingscode, 'VO', editie, instellingscode, bevoegd_gezag_nummer, vestigingsnaam, null, onderwijsstructuur,
        denominatie, straatnaam, huisnummer_toevoeging, postcode, plaatsnaam, gemeentenummer, provincie, internetadres, bron_sha256, bron_regel
    from stg_vestigingen_vo
),
-- counts of one day, with the place of the location
met_plaats as (
    select 'leerlingen_po_postcode4' as bron, vestigingscode, soort, peildatum, instellingscode, bevoegd_gezag_nummer, naam, null as cluster,
        denominatie, postcode, plaatsnaam, gemeentenummer, provincie, bron_sha256, bron_regel, true as geteld
    from stg_leerlingen_po_postcode4
    union all
    select 'leerlingen_po_afstand', vestigingscode, soort, peildatum, instellingscode, bevoegd_gezag_nummer, naam, null, denominatie,
        postcode, plaatsnaam, gemeentenummer, provincie, bron_sha256, bron_regel, ondergrens > 0
    from stg_leerlingen_po_afstand
    union all
    select 'leerlingen_po_leeftijd', vestigingscode, soort, peildatum, instellingscode, bevoegd_gezag_nummer, naam, cluster, denominatie,
        postcode, plaatsnaam, gemeentenummer, provincie, bron_sha256, bron_regel, list_sum([c.ondergrens for c in leerlingen]) > 0
    from stg_leerlingen_po_leeftijd
),
overzicht as (
    select *, [make_date(j.kop::integer, 10, 1) for j in leerlingen if j.ondergrens > 0] as dagen from stg_leerlingen_po_historisch
),
-- counts of many years that know a location by its code alone
op_code as (
    select 'leerlingen_po_totaal' as bron, vestigingscode, soort, instellingscode, peildatum, ondergrens > 0 as geteld, editie, bron_sha256, bron_regel
    from stg_leerlingen_po_totaal
    union all
    select 'leerlingen_po_herkomst', vestigingscode, soort, instellingscode, peildatum, ondergrens > 0, editie, bron_sha256, bron_regel
    from stg_leerlingen_po_herkomst
    union all
    select 'leerlingen_cluster', vestigingscode, soort, instellingscode, peildatum, ondergrens > 0, editie, bron_sha256, bron_regel
    from stg_leerlingen_cluster
    union all
    select 'leerlingen_vo_herkomst', vestigingscode, 'VO', instellingscode, peildatum, ondergrens > 0, editie, bron_sha256, bron_regel
    from stg_leerlingen_vo_herkomst
),
-- counts of many years that give its name and place in each: those of the last
vo_reeks as (
    select vestigingscode, coalesce(editie, max(peildatum)) as editie, min(peildatum) filter (ondergrens > 0) as eerste,
        max(peildatum) filter (ondergrens > 0) as laatste, any_value(instellingscode) as instellingscode,
        arg_max(bevoegd_gezag_nummer, peildatum) as bevoegd_gezag_nummer, arg_max(naam, peildatum) as naam,
        arg_max(denominatie, peildatum) as denominatie, arg_max(plaatsnaam, peildatum) as plaatsnaam,
        arg_max(provincie, peildatum) as provincie, bron_sha256, case when count(*) = 1 then min(bron_regel) end as bron_regel
    from stg_leerlingen_vo_reeks
    group by vestigingscode, stg_leerlingen_vo_reeks.editie, bron_sha256
)
select
    vestigingscode, soort, bron, editie as peildatum, editie as eerste_dag, editie as laatste_dag, 1 as rang, instellingscode, bevoegd_gezag_nummer,
    vestigingsnaam as naam, cluster, onderwijsstructuur, denominatie, concat_ws(' ', straatnaam, huisnummer_toevoeging) as adres, postcode,
    plaatsnaam as plaats, gemeentenummer, provincie,
    -- a telephone number stands in this column here and there
    case when regexp_matches(internetadres, '[A-Za-z]') then internetadres end as website, bron_sha256,
    -- one row of several records has no line of its own
    bron_regel
from register
union all
select
    vestigingscode, soort, bron, peildatum, case when bool_or(geteld) then peildatum end, case when bool_or(geteld) then peildatum end, 2,
    min(instellingscode), min(bevoegd_gezag_nummer), min(naam), nullif(string_agg(distinct cluster, '/' order by cluster), ''), null,
    min(denominatie), null, min(postcode), min(plaatsnaam), min(gemeentenummer), min(provincie), null, min(bron_sha256),
    case when count(*) = 1 then min(bron_regel) end
from met_plaats
group by vestigingscode, soort, bron, peildatum
union all
select
    vestigingscode, soort, 'leerlingen_po_historisch', editie, list_min(dagen), list_max(dagen), 3, instellingscode, bevoegd_gezag_nummer, naam,
    null, null, denominatie, null, null, null, gemeentenummer, null, null, bron_sha256, bron_regel
from overzicht
union all
select
    vestigingscode, 'VO', 'leerlingen_vo', editie, editie, editie, 4, min(instellingscode), null, min(naam), null, null, null, null, null,
    min(plaatsnaam), null, min(provincie), null, min(bron_sha256), case when count(*) = 1 then min(bron_regel) end
from stg_leerlingen_vo
group by vestigingscode, editie
union all
select
    vestigingscode, 'VO', 'leerlingen_vo_vestiging', editie, case when max(ondergrens) > 0 then editie end, case when max(ondergrens) > 0 then editie end,
    4, min(instellingscode), min(bevoegd_gezag_nummer), min(naam), null, null, null, null, null, min(plaatsnaam), min(gemeentenummer),
    min(provincie), null, min(bron_sha256), case when count(*) = 1 then min(bron_regel) end
from stg_leerlingen_vo_vestiging
group by vestigingscode, editie
union all
select
    vestigingscode, 'VO', 'leerlingen_vo_reeks', editie, eerste, laatste, 4, instellingscode, bevoegd_gezag_nummer, naam, null, null,
    denominatie, null, null, plaatsnaam, null, provincie, null, bron_sha256, bron_regel
from vo_reeks
union all
select
    vestigingscode, soort, bron, coalesce(editie, max(peildatum)), min(peildatum) filter (geteld), max(peildatum) filter (geteld), 5,
    min(instellingscode), null, null, null, null, null, null, null, null, null, null, null, bron_sha256,
    case when count(*) = 1 then min(bron_regel) end
from op_code
group by vestigingscode, soort, bron, editie, bron_sha256
