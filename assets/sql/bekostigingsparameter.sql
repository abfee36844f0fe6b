select
    parameter, sector, coalesce(categorie, 'geen') as categorie, periode, periodesoort, coalesce(component, 'niet gesplitst') as component,
    versie::integer as versie, bedrag::decimal(18, 2) as bedrag, teldatum::date as teldatum, bron, status
from referentie.bekostigingsparameters
