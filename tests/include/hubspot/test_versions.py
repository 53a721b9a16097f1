"""Every API version reads the same portal."""

import pytest

from include.hubspot.associations import read_edges
from include.hubspot.objects import list_records, read_many
from include.hubspot.paths import PROFILES
from include.hubspot.search import all_ids
from tests.include.hubspot.sessions import open_session


def everything(session):
    ids = [hit.id for page in all_ids(session, "tickets") for hit in page]
    batches = list(read_many(session, "tickets", ids, ["subject"], ["hs_pipeline_stage"]))
    archived = [rows for rows, _ in list_records(session, "tickets", archived=True)]
    edges = [batch.edges for batch in read_edges(session, "tickets", "contacts", ids)]
    return ids, [batch.records for batch in batches], archived, edges


def test_every_version_reads_the_same(portal):
    found = {}
    for api in PROFILES:
        with open_session(portal, api=api) as session:
            found[api] = everything(session)
        assert all(api == "v3" or api in route for route, _, _ in session.calls)
    assert found["v3"] == found["2026-03"] == found["2026-09"]
    assert all(part and part[0] for part in found["v3"])


@pytest.mark.parametrize("api", PROFILES)
def test_every_version_reports_what_is_missing(portal, api):
    with open_session(portal, api=api) as session:
        (batch,) = read_many(session, "tickets", ["999999999999"], ["subject"])
    assert batch.missing == ["999999999999"]
    assert batch.records == []
