-- Names of SWVs as pages of theirs, of schools and of boards give them, for want of a register that does. They are of the real country:
-- the codes of the fictitious one are the same, and its SWVs have names of their own.
with verzonnen as (
    select 1 from stg_swv_regio_wettelijk where gemeentenaam ilike 'fictief%'
    union all select 1 from stg_rio_samenwerkingsverbanden where volledige_naam ilike 'fictief%'
    union all select 1 from stg_vestigingen_bo where vestigingsnaam like '%(fictief)'
    union all select 1 from stg_vestigingen_vo where vestigingsnaam like '%(fictief)'
)
select swv_code, naam, plaats, website, zekerheid, zekerheid != 'alleen de naam van de regio' as zeker, bron, jaar::integer as jaar
from referentie.swv_namen
where not exists (from verzonnen)
