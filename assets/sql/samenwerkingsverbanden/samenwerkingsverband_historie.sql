-- The names of each SWV in turn, from the periods that RIO gives.
select
    swv_nummer as swv_code, begindatum_periode as geldig_vanaf,
    arg_max(coalesce(einddatum_periode, einddatum, uit_bedrijfdatum), bron_regel) as geldig_tot,
    arg_max(volledige_naam, bron_regel) as naam, max(bron_sha256) as bron_sha256
from stg_rio_samenwerkingsverbanden
where soort in ('PAPO', 'PAVO') and regexp_full_match(swv_nummer, '(PO|VO)\d{4}') and begindatum_periode is not null
group by swv_nummer, begindatum_periode
