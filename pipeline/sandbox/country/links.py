"""The samenwerkingsverband of every location: what each way of finding it would answer, and which answer counts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.sandbox.country.arrays import Rng, either
from pipeline.sandbox.country.places import LANDELIJK, ended
from pipeline.sandbox.country.size import Size

SOORTEN = {"SOVSO": ("SO", "VSO")}
SECTOR = {"BO": "PO", "SBO": "PO", "SO": "PO", "VSO": "VO", "VO": "VO"}
# what RIO says of a location: the region it lies in, the next one, the nationwide SWV, or nothing
REGION, ELSEWHERE, NATIONWIDE, SILENT = "regio", "elders", "landelijk", "zwijgt"
OLDER = 25  # one location in so many
METHODS = ("rio", "landelijk", "rio_regio", "regeling", "gemeente")
OUTSIDE = "cluster 1 en 2 vallen buiten de samenwerkingsverbanden"
UNKNOWN = "postcode4 staat in geen regio en de gemeente ligt in meer dan één samenwerkingsverband"


def links(rng: Rng, size: Size, vestiging: pd.DataFrame, postcode4: pd.DataFrame, gemeente: pd.DataFrame) -> pd.DataFrame:
    """Return the SWV of every location per sector: what each method would answer, which one counts, and the RIO relation.

    ``regio`` is the region the location lies in, whether or not any file says so; ``vorige`` a region that ended.
    """
    frame = sectors(vestiging)
    v = vestiging.loc[frame["vestiging"]].reset_index(drop=True)
    strict = ((v["soort"] == "VO") & (v["denominatie"] == "Reformatorisch")).to_numpy()
    # about one in a hundred belongs elsewhere than where it stands: to the next region of its sector
    draw = rng.random(len(frame))
    kind = either(draw < 0.01, ELSEWHERE, REGION).astype(object)
    kind[strict & (draw > 0.02)] = NATIONWIDE
    kind[rng.random(len(frame)) < either(strict, 0.3, 0.03)] = SILENT
    frame = answer(frame.assign(rio_soort=kind), vestiging, postcode4, gemeente, following(postcode4))
    # some had an older kind of cooperation before
    older = np.flatnonzero(pd.notna(frame["rio"]))[::OLDER]
    frame["oud"] = -1
    frame.loc[older, "oud"] = np.arange(len(older))
    # the second half of a region that took over another one was that other one until then
    heirs = {heir: code for code, (heir, _) in ended(size).items()}
    taken = frame["swv_code"].isin(heirs) & (v["pc"] % 2 == 0)
    return frame.assign(vorige=either(taken, frame["swv_code"].map(heirs), None))


def sectors(vestiging: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each location and sector."""
    both = vestiging["soort"].map(lambda soort: [SECTOR[each] for each in SOORTEN.get(soort, (soort,))])
    return both.rename("sector").rename_axis("vestiging").explode().reset_index()


def following(postcode4: pd.DataFrame) -> dict[str, str]:
    """Return the next region of the same sector for each region."""
    pairs = [(code, np.roll(code, -1)) for code in (np.unique(postcode4[sector]) for sector in ("PO", "VO"))]
    return {str(one): str(next_) for codes, nexts in pairs for one, next_ in zip(codes, nexts, strict=True)}


def answer(
    frame: pd.DataFrame, vestiging: pd.DataFrame, postcode4: pd.DataFrame, gemeente: pd.DataFrame, next_region: dict[str, str]
) -> pd.DataFrame:
    """Return the links with what each method answers about places and regions as they are."""
    v = vestiging.loc[frame["vestiging"]].reset_index(drop=True)
    p = postcode4.loc[v["pc"]].reset_index(drop=True)
    g = gemeente.loc[v["gemeente"]].reset_index(drop=True)
    frame = frame.assign(vestigingscode=v["vestigingscode"], gesloten=v["gesloten"])
    po = frame["sector"].to_numpy() == "PO"
    region = either(po, p["PO"], p["VO"]).astype(object)
    outside = v["cluster"].isin(["1", "2"]).to_numpy()
    strict = ((v["soort"] == "VO") & (v["denominatie"] == "Reformatorisch")).to_numpy()
    known, kind = p["in_rio"].to_numpy(), frame["rio_soort"].to_numpy()
    elsewhere = np.array([next_region[code] for code in region], dtype=object)
    rio = either(kind == ELSEWHERE, elsewhere, region)
    rio[kind == NATIONWIDE] = LANDELIJK
    rio[(kind == SILENT) | ~known | outside] = None
    listed = (~p["nieuw"] & ~p["europoort"]).to_numpy() & ~outside
    divided = either(po, g["PO_gedeeld"], g["VO_gedeeld"])
    frame["regio"], frame["rio"] = region, rio
    frame["landelijk"] = either(strict, LANDELIJK, None)
    frame["rio_regio"] = either(known & ~outside, region, None)
    frame["regeling"] = either(listed, either(po, p["regeling_PO"], p["regeling_VO"]), None)
    frame["gemeente"] = either(p["nieuw"] & ~divided & ~outside, region, None)
    answers = frame[list(METHODS)].to_numpy(dtype=object)
    found = np.array(pd.notna(answers))
    first, some = found.argmax(axis=1), found.any(axis=1)
    frame["swv_code"] = either(some, answers[np.arange(len(frame)), first], None)
    frame["methode"] = either(some, np.array(METHODS)[first], None)
    frame["reden"] = either(some, None, either(outside, OUTSIDE, UNKNOWN))
    return frame


def units(vestiging: pd.DataFrame, vestiging_swv: pd.DataFrame) -> pd.DataFrame:
    """Return a row for each location and kind of education, with its SWV."""
    soorten = vestiging["soort"].map(lambda soort: SOORTEN.get(soort, (soort,)))
    frame = soorten.rename("soort").rename_axis("vestiging").explode().reset_index()
    frame["sector"] = frame["soort"].map(SECTOR)
    links = vestiging_swv[["vestiging", "sector", "swv_code", "vorige"]]
    return frame.merge(links, on=["vestiging", "sector"], how="left", validate="one_to_one")
