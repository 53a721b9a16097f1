import orjson

from include.warehouse.known import KnownVersions
from tests.include.warehouse.rows import edge, land_and_load, read_of, record


def whole(object_id, *, archived=False, **answer):
    """A record whose properties are HubSpot's whole answer."""
    return {**record(object_id, 5, archived=archived), "properties": orjson.dumps(answer).decode()}


def contacts_read(kind, engagement):
    return {"engagement_type": kind, "engagement_id": engagement, "object_type": "contacts"}


def test_what_is_linked_but_unread_is_named_while_its_link_stands(files):
    land_and_load(
        files,
        1,
        10,
        notes=[record("n1", 5)],
        ticket_associations=[
            *(edge("1", note, "notes") for note in ("n1", "n2")),
            edge("1", "e1", "emails"),
        ],
        ticket_association_reads=[read_of("1", "notes"), read_of("1", "emails")],
    )
    with KnownVersions(files) as known:
        assert known.linked_but_unread("notes") == ["n2"]
        assert known.linked_but_unread("emails") == ["e1"]
    land_and_load(files, 2, 20, ticket_association_reads=[read_of("1", "notes")])
    with KnownVersions(files) as known:
        assert known.linked_but_unread("notes") == []


def test_engagements_without_contacts_are_the_live_ones_whose_links_were_never_read(files):
    notes = [record("n1", 5), record("n2", 5), record("n3", 5, archived=True)]
    land_and_load(
        files,
        1,
        10,
        notes=notes,
        calls=[record("n1", 5)],
        engagement_association_reads=[contacts_read("notes", "n1")],
    )
    with KnownVersions(files) as known:
        assert known.engagements_without_contacts("notes") == ["n2"]
        assert known.engagements_without_contacts("calls") == ["n1"]


def test_archived_threads_without_messages(files):
    threads = [whole("t1", archived=True), whole("t2", archived=True), whole("t3")]
    land_and_load(
        files, 1, 10, threads=threads, messages=[whole("m", conversationsThreadId="t1"), whole("x")]
    )
    with KnownVersions(files) as known:
        assert known.archived_threads_without_messages() == ["t2"]


def test_actors_are_named_by_who_speaks_who_listens_and_who_is_assigned(files):
    said = whole(
        "m1",
        createdBy="A-1",
        senders=[{"actorId": "V-1"}, {"name": "no id"}],
        recipients=[{"actorId": "E-1"}],
        assignedTo="",
    )
    land_and_load(
        files,
        1,
        10,
        messages=[said, whole("m2", createdBy="S-1")],
        threads=[whole("t", assignedTo="A-2"), whole("t2")],
        actors=[whole("V-1")],
    )
    with KnownVersions(files) as known:
        assert known.actors_unread() == ["A-1", "A-2", "E-1", "S-1"]


def test_files_attached_to_messages_and_named_in_properties(files):
    message = {**record("m1", 5), "properties": '{"attachments": [{"fileId": "7"}, {"url": "x"}]}'}
    land_and_load(files, 1, 10, messages=[message], notes=[record("n", 5, hs_attachment_ids="8;9")])
    with KnownVersions(files) as known:
        assert known.attached_to_messages() == ["7"]
        assert known.named_in("notes", "hs_attachment_ids", ";") == ["8", "9"]
