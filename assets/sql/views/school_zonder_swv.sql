-- The school locations of which the samenwerkingsverband cannot be known from the registries, with the reason.
create view school_zonder_swv as
select vestigingscode, naam, soort, plaats, gemeente, sector, reden
from school_en_swv
where swv_code is null
