-- Successive editions of a register as periods in which nothing of a location changed. A register tells when something was
-- seen, not when it happened: a change lies after `vorige_editie` and no later than `geldig_vanaf`.
with editie as (
    select replace(bron, 'vestigingen_', '') as register, vestigingscode, peildatum as editie, soort, naam, bevoegd_gezag_nummer, denominatie,
        adres, postcode, plaats, gemeentenummer, cluster, onderwijsstructuur, bron_sha256, bron_regel
    from vestiging_gezien
    where rang = 1
),
volgorde as (
    select register, editie, row_number() over (partition by register order by editie) as nummer
    from (select distinct register, editie from editie where editie is not null)
),
-- the later of two files of one edition
enkel as (
    select e.*, v.nummer
    from editie e
    join volgorde v on v.register = e.register and v.editie = e.editie
    qualify row_number() over (partition by e.register, e.vestigingscode, e.editie order by e.bron_sha256) = 1
),
naast as (
    select *,
        lag(nummer) over w as eerder, lag(naam) over w as naam_, lag(soort) over w as soort_,
        lag(bevoegd_gezag_nummer) over w as bevoegd_gezag_nummer_, lag(denominatie) over w as denominatie_,
        lag(adres) over w as adres_, lag(postcode) over w as postcode_, lag(plaats) over w as plaats_,
        lag(gemeentenummer) over w as gemeentenummer_, lag(cluster) over w as cluster_,
        lag(onderwijsstructuur) over w as onderwijsstructuur_
    from enkel
    window w as (partition by register, vestigingscode order by nummer)
),
-- another spelling is no change: capitals, accents, blanks and points, or DUO's letters behind a place (EDE GLD)
verschil as (
    select *,
        case
            when eerder is null and nummer = 1 then 'eerste editie'
            when eerder is null then 'geopend'
            when eerder < nummer - 1 then 'heropend'
        end as verschijnt,
        case when eerder is not null then list_filter([
            case when regexp_replace(lower(strip_accents(naam)), '[^a-z0-9]', '', 'g') is distinct from regexp_replace(lower(strip_accents(naam_)), '[^a-z0-9]', '', 'g') then 'naam' end,
            case when soort is distinct from soort_ then 'soort' end,
            case when bevoegd_gezag_nummer is distinct from bevoegd_gezag_nummer_ then 'bevoegd_gezag_nummer' end,
            case when denominatie is distinct from denominatie_ then 'denominatie' end,
            case when regexp_replace(lower(strip_accents(adres)), '[^a-z0-9]', '', 'g') is distinct from regexp_replace(lower(strip_accents(adres_)), '[^a-z0-9]', '', 'g') then 'adres' end,
            case when postcode is distinct from postcode_ then 'postcode' end,
            case when regexp_replace(lower(strip_accents(regexp_replace(plaats, ' [A-Z]{2,3}$', ''))), '[^a-z0-9]', '', 'g') is distinct from regexp_replace(lower(strip_accents(regexp_replace(plaats_, ' [A-Z]{2,3}$', ''))), '[^a-z0-9]', '', 'g') then 'plaats' end,
            case when gemeentenummer is distinct from gemeentenummer_ then 'gemeentenummer' end,
            case when cluster is distinct from cluster_ then 'cluster' end,
            case when onderwijsstructuur is distinct from onderwijsstructuur_ then 'onderwijsstructuur' end
        ], x -> x is not null) else [] end as kolommen
    from naast
),
begin_ as (
    select *, sum((verschijnt is not null or len(kolommen) > 0)::integer) over (
        partition by register, vestigingscode order by nummer rows unbounded preceding) as periode
    from verschil
),
reeks as (
    select register, vestigingscode, periode, min(editie) as geldig_vanaf, max(editie) as laatste_editie,
        min(nummer) as eerste, max(nummer) as laatste,
        arg_min(verschijnt, nummer) as verschijnt, arg_min(kolommen, nummer) as kolommen, arg_min(soort, nummer) as soort,
        arg_max(naam, nummer) as naam, arg_min(bevoegd_gezag_nummer, nummer) as bevoegd_gezag_nummer,
        arg_min(denominatie, nummer) as denominatie, arg_max(adres, nummer) as adres, arg_min(postcode, nummer) as postcode,
        arg_max(plaats, nummer) as plaats, arg_min(gemeentenummer, nummer) as gemeentenummer, arg_min(cluster, nummer) as cluster,
        arg_min(onderwijsstructuur, nummer) as onderwijsstructuur, arg_max(bron_sha256, nummer) as bron_sha256,
        arg_max(bron_regel, nummer) as bron_regel
    from begin_
    group by register, vestigingscode, periode
),
gedateerd as (
    select r.*, n.editie as geldig_tot, v.editie as vorige_editie
    from reeks r
    left join volgorde n on n.register = r.register and n.nummer = r.laatste + 1
    left join volgorde v on v.register = r.register and v.nummer = r.eerste - 1
)
select
    vestigingscode, register, geldig_vanaf, geldig_tot, vorige_editie, laatste_editie,
    coalesce(verschijnt, 'gewijzigd') as begin,
    case
        when geldig_tot is null then null
        when lead(geldig_vanaf) over w = geldig_tot then 'gewijzigd'
        else 'gesloten'
    end as einde,
    nullif(array_to_string(kolommen, ', '), '') as gewijzigd,
    -- what the columns amount to: another gemeente at the same address is the work of the gemeente, not of the school
    nullif(array_to_string(list_filter([
        case when list_has_any(kolommen, ['postcode']) then 'verhuisd'
            when list_has_any(kolommen, ['adres', 'plaats']) then 'adres' end,
        case when list_contains(kolommen, 'naam') then 'hernoemd' end,
        case when list_contains(kolommen, 'bevoegd_gezag_nummer') then 'ander bestuur' end,
        case when list_contains(kolommen, 'denominatie') then 'andere denominatie' end,
        case when list_contains(kolommen, 'gemeentenummer') and not list_contains(kolommen, 'postcode') then 'herindeling' end,
        case when list_has_any(kolommen, ['soort', 'cluster', 'onderwijsstructuur']) then 'ander aanbod' end
    ], x -> x is not null), ', '), '') as wijziging,
    soort, naam, bevoegd_gezag_nummer, denominatie, adres, postcode, plaats, gemeentenummer, cluster, onderwijsstructuur, bron_sha256,
    bron_regel
from gedateerd
window w as (partition by register, vestigingscode order by geldig_vanaf)
