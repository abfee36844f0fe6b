-- Every location that any source knows, at its last known address. `actueel`: it stands in the newest edition of its own
-- kind of register; where no (v)so register is at hand, in the newest home-postcode count instead.
with register as (
    select vestigingscode, instellingscode, bevoegd_gezag_nummer, vestigingsnaam, 'BO' as soort, null as cluster,
        null as onderwijsstructuur, denominatie, straatnaam, huisnummer_toevoeging, postcode, plaatsnaam, gemeentenummer,
        provincie, internetadres, editie, bron_sha256, 'bo' as register
    from stg_vestigingen_bo
    union all
    select vestigingscode, instellingscode, bevoegd_gezag_nummer, vestigingsnaam, soort, cluster,
        null as onderwijsstructuur, denominatie, straatnaam, huisnummer_toevoeging, postcode, plaatsnaam, gemeentenummer,
        provincie, internetadres, editie, bron_sha256, 'so' as register
    from stg_vestigingen_so
    union all
    select vestigingscode, instellingscode, bevoegd_gezag_nummer, vestigingsnaam, 'VO' as soort, null as cluster,
        onderwijsstructuur, denominatie, straatnaam, huisnummer_toevoeging, postcode, plaatsnaam, gemeentenummer,
        provincie, internetadres, editie, bron_sha256, 'vo' as register
    from stg_vestigingen_vo
),
telling as (
    select
        vestigingscode, any_value(instellingscode) as instellingscode, any_value(bevoegd_gezag_nummer) as bevoegd_gezag_nummer,
        any_value(naam) as naam, list_sort(list(distinct soort)) as soorten, any_value(denominatie) as denominatie,
        any_value(postcode) as postcode, any_value(plaatsnaam) as plaats, any_value(gemeentenummer) as gemeentenummer,
        any_value(provincie) as provincie, peildatum, min(bron_sha256) as bron_sha256
    from stg_leerlingen_po_postcode4
    group by vestigingscode, peildatum
),
gezien as (
    select
        vestigingscode, instellingscode, bevoegd_gezag_nummer, vestigingsnaam as naam, soort, cluster, onderwijsstructuur,
        denominatie, concat_ws(' ', straatnaam, huisnummer_toevoeging) as adres, postcode, plaatsnaam as plaats,
        gemeentenummer, provincie,
        -- a telephone number stands in this column here and there
        case when regexp_matches(internetadres, '[A-Za-z]') then internetadres end as website,
        editie as peildatum, coalesce(editie = max(editie) over (partition by register), true) as actueel, 1 as rang,
        'vestigingen_' || register as bron, bron_sha256
    from register
    union all
    select
        vestigingscode, instellingscode, bevoegd_gezag_nummer, naam, case when soorten = ['SO', 'VSO'] then 'SOVSO' else soorten[1] end,
        null, null, denominatie, null, postcode, plaats, gemeentenummer, provincie, null, peildatum,
        peildatum = max(peildatum) over () and soorten != ['BO'] and not exists (select 1 from stg_vestigingen_so), 2,
        'leerlingen_po_postcode4', bron_sha256
    from telling
    union all
    select
        vestigingscode, instellingscode, bevoegd_gezag_nummer, naam, soort, null, null, denominatie, null, null, null,
        gemeentenummer, null, null, editie, false, 3, 'leerlingen_po_historisch', bron_sha256
    from stg_leerlingen_po_historisch
    union all
    -- a location that no register has: its pupils are counted all the same
    select
        vestigingscode, min(instellingscode), null, min(naam), 'VO', null, null, null, null, null, min(plaatsnaam),
        null, min(provincie), null, editie, false, 4, 'leerlingen_vo', min(bron_sha256)
    from stg_leerlingen_vo
    group by vestigingscode, editie
    union all
    select
        vestigingscode, instellingscode, bevoegd_gezag_nummer, naam, 'VO', null, null, null, null, null, plaatsnaam,
        gemeentenummer, provincie, null, editie, false, 4, 'leerlingen_vo_vestiging', bron_sha256
    from stg_leerlingen_vo_vestiging
),
dag as (
    select vestigingscode, peildatum as dag from gezien where bron != 'leerlingen_po_historisch'
    union all
    select vestigingscode, make_date(j.kop::integer, 10, 1)
    from (select vestigingscode, unnest(leerlingen) as j from stg_leerlingen_po_historisch)
    where j.bovengrens > 0
    union all
    select vestigingscode, peildatum from stg_leerlingen_po_totaal where bovengrens > 0
    union all
    select vestigingscode, editie from stg_leerlingen_vo_vestiging where bovengrens > 0
    union all
    select vestigingscode, editie from stg_leerlingen_vo
),
bestaan as (select vestigingscode, min(dag) as eerst_gezien, max(dag) as laatst_gezien from dag group by vestigingscode)
select
    vestigingscode, instellingscode, bevoegd_gezag_nummer, naam, soort, cluster, onderwijsstructuur, denominatie, adres, postcode,
    left(postcode, 4) as postcode4, plaats, gemeentenummer, provincie, website, peildatum, actueel, eerst_gezien, laatst_gezien, bron, bron_sha256
from gezien
left join bestaan using (vestigingscode)
qualify row_number() over (partition by vestigingscode order by actueel desc, rang >= 3, peildatum desc, rang, bron) = 1
