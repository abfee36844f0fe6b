-- Rows of a registry that contradict themselves or another row of the same registry. What they say stands; this says where it cannot
-- all be true. What the relations of a location leave open, or say twice, stands in koppelafwijking.
with regio as (
    select * from stg_rio_swv_regio
    qualify editie is not distinct from max(editie) over ()
),
periode as (
    select 'rio_samenwerkingsverbanden' as register, swv_nummer as onderwerp, 'einddatum' as kolom, begindatum as vanaf, einddatum as tot,
        bron_regel, bron_sha256
    from stg_rio_samenwerkingsverbanden
    union all
    select 'rio_samenwerkingsverbanden', swv_nummer, 'uit_bedrijfdatum', coalesce(in_bedrijfdatum, begindatum), uit_bedrijfdatum, bron_regel,
        bron_sha256
    from stg_rio_samenwerkingsverbanden
    union all
    select 'rio_samenwerkingsverbanden', swv_nummer, 'einddatum_periode', begindatum_periode, einddatum_periode, bron_regel, bron_sha256
    from stg_rio_samenwerkingsverbanden
    union all
    select 'rio_swv_regio', swv_nummer, 'einddatum', begindatum, einddatum, bron_regel, bron_sha256 from regio
    union all
    select 'rio_swv_vestiging', swv_nummer || ' ' || vestigingscode, 'einddatum', begindatum, einddatum, bron_regel, bron_sha256
    from stg_rio_swv_vestiging
    union all
    select 'rio_swv_bevoegd_gezag', swv_nummer || ' ' || bge_code, 'einddatum', begindatum, einddatum, bron_regel, bron_sha256
    from stg_rio_swv_bevoegd_gezag
    union all
    select 'rio_locatie_vestiging', vestigingscode || ' ' || onderwijslocatiecode, 'einddatum', begindatum, einddatum, bron_regel, bron_sha256
    from stg_rio_locatie_vestiging
),
afwijking as (
    select register, onderwerp, 'einde voor begin' as soort, kolom, vanaf, tot, 'begint op ' || vanaf || ' en eindigt op ' || tot as uitleg,
        bron_regel, bron_sha256
    from periode
    where tot < vanaf
    union all
    select 'rio_swv_regio', r.swv_nummer, 'buiten de erkenning', 'einddatum', r.begindatum, r.einddatum,
        'de regio loopt van ' || r.begindatum || coalesce(' tot ' || r.einddatum, ' zonder einde') || ', de erkenning van ' || s.begindatum
            || coalesce(' tot ' || s.einddatum, ' zonder einde'),
        r.bron_regel, r.bron_sha256
    from regio r
    join samenwerkingsverband s on s.swv_code = r.swv_nummer
    where r.begindatum < s.begindatum or coalesce(r.einddatum > s.einddatum, s.einddatum is not null)
)
select register, onderwerp, soort, kolom, vanaf, tot, uitleg, bron_regel as regel, bron_sha256
from afwijking
qualify row_number() over (partition by register, onderwerp, soort, kolom, vanaf order by bron_sha256, bron_regel) = 1
