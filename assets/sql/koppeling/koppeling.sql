-- The one link that counts on each day, for every location ever known: of the methods that hold on that day, the highest;
-- of two that are equally high, the one that began last. Where one method gives several from one day on, the next method that
-- agrees with one of them decides, and where none does, none counts. Where the one that counts is no more than likely, anders_swv_code is
-- what the highest of the others says. Days on which none holds are there too, with the reason. Nothing is said of days before the first
-- evidence of a location, unless a registry itself gives an earlier one.
with plaats as (
    select v.vestigingscode, v.cluster, v.postcode4, v.gemeentenummer, v.peildatum, v.eerst_gezien, s.sector, s.actueel
    from vestiging_bekend v
    join vestiging_sector s using (vestigingscode)
),
-- days on which what holds may change, and how each is known
wending as (
    select vestigingscode, sector, geldig_vanaf as dag, geldig_vanaf_grond as grond from koppelkandidaat
    union
    select vestigingscode, sector, geldig_tot, geldig_tot_grond from koppelkandidaat where geldig_tot is not null
    union
    -- passend onderwijs began on 1 August 2014: every day since then has its answer, if only why there is none
    select vestigingscode, sector, greatest(coalesce(eerst_gezien, peildatum, date '2014-08-01'), date '2014-08-01'),
        case when coalesce(eerst_gezien, peildatum) > date '2014-08-01' then 'eerst gezien' else 'begin van de wet' end
    from plaats
),
-- in the order of the alphabet a registry's own date goes before a sighting
dag as (select vestigingscode, sector, dag, max(grond) as grond from wending group by vestigingscode, sector, dag),
beste as (
    select d.vestigingscode, d.sector, d.dag, k.swv_code, k.methode, k.zekerheid, k.geldig_vanaf as kandidaat_vanaf,
        {'sha256': k.bron_sha256, 'regel': k.bron_regel} as bestand,
        case when k.zekerheid = 'aannemelijk' then lead(k.swv_code) over w end as anders_swv_code,
        case when k.geldig_vanaf = d.dag then k.geldig_vanaf_grond else d.grond end as grond,
        case when k.geldig_vanaf = d.dag then k.geldig_vanaf_na end as geldig_vanaf_na
    from dag d
    left join koppelkandidaat k on k.vestigingscode = d.vestigingscode and k.sector = d.sector
        and geldt_op(k.geldig_vanaf, k.geldig_tot, d.dag)
    window w as (partition by d.vestigingscode, d.sector, d.dag order by k.rang, k.geldig_vanaf desc, k.swv_code)
    qualify row_number() over w = 1
),
-- one method that gives several samenwerkingsverbanden from one day on
gelijk as (
    select vestigingscode, sector, methode, geldig_vanaf
    from koppelkandidaat
    group by all
    having count(distinct swv_code) > 1
),
twijfel as (
    select b.vestigingscode, b.sector, b.dag, k.rang, list(distinct k.swv_code order by k.swv_code) as keuze
    from (select * from koppelkandidaat semi join gelijk using (vestigingscode, sector, methode, geldig_vanaf)) k
    join beste b on b.vestigingscode = k.vestigingscode and b.sector = k.sector and b.methode = k.methode
        and b.kandidaat_vanaf = k.geldig_vanaf and geldt_op(k.geldig_vanaf, k.geldig_tot, b.dag)
    group by b.vestigingscode, b.sector, b.dag, k.rang
    having count(distinct k.swv_code) > 1
),
beslist as (
    select t.vestigingscode, t.sector, t.dag, any_value(k.swv_code) as swv_code, any_value(k.methode) as methode,
        min({'sha256': k.bron_sha256, 'regel': k.bron_regel}) as bestand
    from twijfel t
    join koppelkandidaat k on k.vestigingscode = t.vestigingscode and k.sector = t.sector and k.rang > t.rang
        and geldt_op(k.geldig_vanaf, k.geldig_tot, t.dag) and list_contains(t.keuze, k.swv_code)
    group by t.vestigingscode, t.sector, t.dag, k.rang
    having count(distinct k.swv_code) = 1
    qualify row_number() over (partition by t.vestigingscode, t.sector, t.dag order by k.rang) = 1
),
telt as (
    select b.vestigingscode, b.sector, b.dag, b.grond, b.geldig_vanaf_na, t.keuze,
        case when t.keuze is null then b.swv_code else e.swv_code end as swv_code,
        case when t.keuze is null then b.methode else e.methode end as methode,
        case when t.keuze is null then b.bestand else e.bestand end as bestand,
        case when t.keuze is null then b.zekerheid when e.swv_code is not null then 'zeker' end as zekerheid,
        case when t.keuze is null then b.anders_swv_code end as anders_swv_code
    from beste b
    left join twijfel t using (vestigingscode, sector, dag)
    left join beslist e using (vestigingscode, sector, dag)
),
begin_ as (
    select *, (swv_code, methode, anders_swv_code, keuze) is distinct from lag((swv_code, methode, anders_swv_code, keuze)) over w
        or row_number() over w = 1 as nieuw
    from telt
    window w as (partition by vestigingscode, sector order by dag)
),
periode as (
    select vestigingscode, sector, swv_code, methode, zekerheid, anders_swv_code, keuze, bestand, dag as geldig_vanaf,
        grond as geldig_vanaf_grond, geldig_vanaf_na,
        lead(dag) over (partition by vestigingscode, sector order by dag) as geldig_tot
    from begin_
    where nieuw
)
select
    p.vestigingscode, p.sector, k.swv_code, k.methode, k.zekerheid, k.anders_swv_code, k.geldig_vanaf, k.geldig_vanaf_grond,
    k.geldig_vanaf_na, k.geldig_tot,
    k.geldig_tot is not distinct from lead(k.geldig_vanaf) over (partition by p.vestigingscode, p.sector order by k.geldig_vanaf) as sluit_aan,
    case
        when k.swv_code is not null then null
        when k.keuze is not null then 'vanaf een en dezelfde dag wijst een register meer dan één samenwerkingsverband aan: '
            || array_to_string(k.keuze, ', ')
        when regexp_full_match(p.cluster, '[12](/[12])?') then 'cluster 1 en 2 vallen buiten de samenwerkingsverbanden'
        when not geldt_nu(k.geldig_vanaf, k.geldig_tot) or k.geldig_vanaf > p.peildatum
            then 'geen register wijst voor deze dagen een samenwerkingsverband aan'
        when p.postcode4 is null and p.gemeentenummer is null then 'geen postcode en geen gemeente bekend'
        else concat_ws(' ', case when p.postcode4 is null then 'postcode onbekend'
            else 'postcode4 ' || p.postcode4 || ' staat in geen regio-indeling' end, 'en gemeente', coalesce(p.gemeentenummer, '(onbekend)'),
            'wijst niet één samenwerkingsverband aan')
    end as reden,
    p.eerst_gezien, p.actueel, k.bestand.sha256 as bron_sha256, k.bestand.regel as bron_regel
from plaats p
join periode k using (vestigingscode, sector)
