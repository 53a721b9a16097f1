"""One small portal with engagements and threads: activities, responses, files, chats, inbox."""

from datetime import datetime, timedelta

import pytest

from tests.dbt_project.dbt_run import Built, policy_text, run_dbt
from tests.dbt_project.raw_portal import RawPortal, at

AS_OF = at("2026-06-10 12:00")
CREATED = at("2026-06-01 09:00")
STAGE = "hs_pipeline_stage"
OPEN = [("hs_pipeline", CREATED, "0"), (STAGE, CREATED, "1")]


def _later(minutes: int) -> datetime:
    return CREATED + timedelta(minutes=minutes)


def conversations() -> RawPortal:
    """Everything that can be said on tickets."""
    portal = RawPortal(AS_OF)
    portal.pipeline("0", [("1", "New", "OPEN"), ("4", "Closed", "CLOSED")])
    portal.add("owners", id="501", user_id="7", email="a@example.com", archived=False)
    for contact_id, email in (("30", "thirty@example.com"), ("4", "four@example.com")):
        portal.add("contacts", id=contact_id, created_at=CREATED, archived=False,
                   properties=f'{{"email": "{email}"}}')  # fmt: skip
    _everything(portal)
    _agents_wrote_first(portal)
    _chat(portal)
    portal.ticket("4", CREATED, OPEN)  # nobody asked for its e-mails
    _thousand_cycles(portal)
    _merged(portal)
    return portal


def _everything(portal: RawPortal) -> None:
    """Ticket 1: every kind of engagement, once."""
    closed = [*OPEN, (STAGE, _later(60), "4")]
    portal.ticket("1", CREATED, closed,
                  hs_time_to_first_response_sla_at=f"{_later(30).isoformat()}Z",
                  hs_time_to_first_response_sla_status="3",
                  hs_time_to_close_sla_at=f"{_later(2400).isoformat()}Z",
                  hs_time_to_close_sla_status="1")  # fmt: skip
    portal.link("1", "contacts", "30")
    portal.read_emails("1")
    owner = {"hubspot_owner_id": "501"}
    portal.engagement("1", "emails", "11", _later(1), hs_email_direction="INCOMING_EMAIL",
                      hs_email_text="Help", hs_email_message_id="<m@x>",
                      hs_email_from_email="FOUR@example.com",
                      hs_attachment_ids="91;92")  # fmt: skip
    for contact_id in ("30", "4"):
        portal.add("engagement_associations", engagement_type="emails", engagement_id="11",
                   object_type="contacts", object_id=contact_id)  # fmt: skip
    portal.engagement("1", "notes", "12", _later(2), hs_note_body="inside", **owner)
    portal.engagement("1", "calls", "13", _later(3), hs_call_status="NO_ANSWER", **owner)
    portal.engagement("1", "calls", "14", _later(4), hs_call_status="COMPLETED", **owner)
    portal.engagement("1", "emails", "15", _later(5), hs_email_direction="FORWARDED_EMAIL", **owner)
    portal.engagement("1", "emails", "16", _later(6), hs_email_direction="EMAIL",
                      hs_email_status="BOUNCED", **owner)  # fmt: skip
    portal.engagement("1", "emails", "17", _later(7), hs_email_direction="EMAIL",
                      hs_email_text="Done", **owner)  # fmt: skip
    portal.engagement("1", "meetings", "18", _later(8), **owner)
    # due long after it was made and done
    portal.engagement("1", "tasks", "19", _later(9), hs_task_status="COMPLETED",
                      hs_task_completion_date=f"{_later(20).isoformat()}Z", **owner)  # fmt: skip
    portal.rows["tasks"][-1]["properties"] = portal.rows["tasks"][-1]["properties"].replace(
        _later(9).isoformat(), "2026-07-01T00:00:00"
    )
    portal.engagement("1", "meetings", "20", AS_OF + timedelta(days=1), **owner)
    portal.add("files", id="91", created_at=_later(1), archived=False,
               properties='{"name": "photo", "extension": "png", "size": 12}')  # fmt: skip


def _agents_wrote_first(portal: RawPortal) -> None:
    """Ticket 2 is answered after ten minutes, ticket 3 never was by its customer."""
    for ticket_id in ("2", "3"):
        portal.ticket(ticket_id, CREATED, OPEN)
        portal.thread(ticket_id, f"t{ticket_id}", _later(1), originalChannelId="1002")
        portal.message(f"t{ticket_id}", f"{ticket_id}0", _later(1), "A-7")
    portal.message("t2", "21", _later(10), "E-new@example.com")
    portal.message("t2", "22", _later(20), "A-7", status={"statusType": "FAILED"})
    portal.message("t2", "23", _later(20), "S-hubspot")
    portal.message("t2", "24", _later(20), "A-7", inReplyToId="20")


def _chat(portal: RawPortal) -> None:
    """Ticket 5 was made from a chat that goes on."""
    portal.ticket("5", CREATED, [*OPEN, (STAGE, _later(100), "4"), (STAGE, _later(200), "1")])
    portal.link("5", "contacts", "30")
    portal.thread("5", "t5", _later(-5), originalChannelId="1000", associatedContactId="30",
                  closedAt=f"{_later(300).isoformat()}Z", status="CLOSED")  # fmt: skip
    for number, minutes, sender, fields in (
        (50, -5, "V-30", {"senders": [{"actorId": "V-30", "name": "Ida"}], "text": "cut",
                          "originalText": "Hello, I am here"}),
        (51, -4, "S-hubspot", {"type": "WELCOME_MESSAGE"}),
        (52, -3, "A-7", {}),  # before the ticket: no response to it
        (53, 5, "A-7", {"type": "COMMENT", "direction": None}),
        (54, 6, "L-1", {}),
        (55, 7, "A-7", {"attachments": [{"type": "FILE", "fileId": "93"}]}),
        (56, 50, "V-30", {}), (57, 51, "V-30", {}),  # stopped by the closing
        (58, 150, "V-30", {}), (59, 150, "A-7", {}),  # answered in the same moment
        (60, 250, "V-30", {}), (61, 260, "V-30", {}),
        (62, 270, "A-7", {"type": "ASSIGNMENT"}),
    ):  # fmt: skip
        portal.message("t5", str(number), _later(minutes), sender, **fields)
    portal.thread("5", "t6", _later(1))


def _thousand_cycles(portal: RawPortal) -> None:
    """Ticket 6: a word and an answer, a minute apart, a thousand and one times."""
    portal.ticket("6", CREATED, OPEN)
    portal.thread("6", "t7", CREATED)
    for number in range(2002):
        sender = "A-7" if number % 2 else "V-30"
        portal.message("t7", f"6-{number}", _later(number), sender)


def _merged(portal: RawPortal) -> None:
    """7, answered in a chat, and 8, answered by e-mail, became 9, which has the chat now.

    10, answered in a chat, and 11, which nobody answered, became 12, and their chats were seen to
    leave them.
    """
    merged_at = _later(120)
    for ticket_id in ("7", "8", "10", "11"):
        portal.ticket(ticket_id, CREATED, OPEN)
        portal.read_emails(ticket_id)
    opened = [("hs_pipeline", merged_at, "0"), (STAGE, merged_at, "1")]
    for survivor, losers in (("9", "7;8"), ("12", "10;11")):
        portal.ticket(survivor, merged_at, [*opened, ("hs_merged_object_ids", merged_at, losers)])
        portal.read_emails(survivor)
    portal.thread("9", "t9", _later(1))
    portal.message("t9", "91", _later(1), "V-30")
    portal.message("t9", "92", _later(5), "A-7")
    for loser, words in (("10", ((3, "V-30"), (8, "A-7"))), ("11", ((4, "V-30"),))):
        portal.thread("12", f"t{loser}", _later(2), closedAt=f"{_later(140).isoformat()}Z")
        for minutes, sender in words:
            portal.message(f"t{loser}", f"{loser}{minutes}", _later(minutes), sender)
        # after the merge, and before the night that saw it
        portal.message(f"t{loser}", f"{loser}125", _later(125), "A-7")
        portal.add("thread_moves", thread_id=f"t{loser}", ticket_id=loser, left_at=_later(700))
    for email, minutes, direction in (("81", 1, "INCOMING_EMAIL"), ("82", 10, "EMAIL")):
        portal.engagement("8", "emails", email, _later(minutes), hs_email_direction=direction)


SLAS = (
    "portal_id,pipeline_id,priority,ticket_type,metric,target_minutes,calendar,pause_categories,"
    "stop_category,reopen,due_soon_minutes,valid_from,valid_to"
)
POLICIES = {
    "response_engagements": policy_text("portal_id,engagement_type", [["4980077", "calls"]]),
    "sla_policies": policy_text(
        SLAS,
        [
            [*"****", metric, 30, "always", "new", "closed", "resume", 5, "", ""]
            for metric in ("first_response", "next_response", "resolution")
        ],
    ),
}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    result = run_dbt(tmp_path_factory.mktemp("talk"), conversations(), policies=POLICIES)
    assert result.code == 0, result.output
    return result


def test_every_engagement_message_and_attachment_is_an_activity(built: Built) -> None:
    told = built.rows(
        "select activity_type, source_object_id, occurred_at, actor_type, actor_id, contact_id, "
        "external_message_id from marts.ticket_activities where ticket_id = '1' "
        "and source_object_type not in ('tickets', 'contacts') "
        "order by occurred_at, activity_type, source_object_id"
    )
    user = ("user", "7", "30", None)
    assert told == [
        ("ticket_attachment_added", "91", _later(1), "contact", "4", "30", "<m@x>"),
        ("ticket_attachment_added", "92", _later(1), "contact", "4", "30", "<m@x>"),
        ("ticket_email_received", "11", _later(1), "contact", "4", "30", "<m@x>"),
        ("ticket_note_added", "12", _later(2), *user),
        ("ticket_call_logged", "13", _later(3), *user),
        ("ticket_call_logged", "14", _later(4), *user),
        ("ticket_email_sent", "15", _later(5), *user),
        ("ticket_email_sent", "16", _later(6), *user),
        ("ticket_email_sent", "17", _later(7), *user),
        ("ticket_meeting_logged", "18", _later(8), *user),
        ("ticket_task_created", "19", _later(9), *user),
        ("ticket_task_completed", "19", _later(20), *user),
    ]
    chat = built.rows(
        "select activity_type, source_object_id, actor_type, actor_id "
        "from marts.ticket_timeline where ticket_id = '5' "
        "and source_object_type in ('messages', 'files') and occurred_at <= '2026-06-01 09:50' "
        "order by occurred_at, activity_type, source_object_id"
    )
    assert chat == [
        ("ticket_message_received", "50", "contact", "30"),
        ("ticket_message_sent", "51", "system", "S-hubspot"),
        ("ticket_message_sent", "52", "user", "7"),
        ("ticket_comment_added", "53", "user", "7"),
        ("ticket_message_sent", "54", "system", "L-1"),
        ("ticket_attachment_added", "93", "user", "7"),
        ("ticket_message_sent", "55", "user", "7"),
        ("ticket_message_received", "56", "contact", "30"),
    ]


def test_responses_say_who_spoke_to_whom_and_which_one_was_the_first(built: Built) -> None:
    assert built.rows(
        "select text, is_public, author_type, author_id, direction, channel, is_first_response, "
        "in_reply_to is not null from marts.ticket_responses where ticket_id = '1' "
        "order by occurred_at"
    ) == [
        ("Help", True, "customer", "4", "INCOMING", "email", False, False),
        ("inside", False, "agent", "501", None, "note", False, False),
        # the policies count calls, and this one was answered
        (None, True, "agent", "501", "OUTGOING", "call", True, True),
        (None, False, "agent", "501", "FORWARDED", "email", False, False),
        (None, False, "agent", "501", "OUTGOING", "email", False, False),
        ("Done", True, "agent", "501", "OUTGOING", "email", False, True),
    ]
    assert built.rows(
        "select external_message_id, author_type, author_id, is_public, is_first_response "
        "from marts.ticket_responses where ticket_id = '2' order by 1"
    ) == [
        ("20", "agent", "501", True, False),
        ("21", "customer", "E-new@example.com", True, False),
        ("22", "agent", "501", False, False),
        ("23", "system", "S-hubspot", True, False),
        ("24", "agent", "501", True, True),
    ]
    replied = (
        "select reply.external_message_id, said.external_message_id "
        "from marts.ticket_responses as reply join marts.ticket_responses as said "
        "on reply.in_reply_to = said.response_id where reply.ticket_id = '{}' order by 1"
    )
    # as HubSpot says, else the last word of the other side
    assert built.rows(replied.format(2)) == [("21", "20"), ("24", "20")]
    assert ("59", "58") in built.rows(replied.format(5))


def test_a_response_clock_runs_for_each_unanswered_run(built: Built) -> None:
    clocks = built.rows(
        "select ticket_id, metric, cycle, started_at, stopped_at, status, elapsed_seconds / 60 "
        "from marts.ticket_slas where metric <> 'resolution' and ticket_id <> '6' order by all"
    )
    assert clocks == [
        ("1", "first_response", 1, CREATED, _later(4), "met", 4),
        # what was said in their chats from the merge on is 12's
        ("10", "first_response", 1, CREATED, _later(8), "met", 8),
        ("11", "first_response", 1, CREATED, None, "cancelled", 120),
        ("12", "first_response", 1, _later(120), _later(125), "met", 5),
        ("2", "first_response", 1, _later(10), _later(20), "met", 10),
        # 3: agents wrote first and nobody answered
        ("4", "first_response", 1, CREATED, None, "unknown", None),
        ("5", "first_response", 1, CREATED, _later(7), "met", 7),
        ("5", "next_response", 1, _later(50), _later(100), "breached", 50),
        ("5", "next_response", 2, _later(150), _later(150), "met", 0),
        ("5", "next_response", 3, _later(250), None, "overdue", 9 * 1440 + 180 - 250),
        # its chat went to 9 unseen, so nobody knows; 8's e-mails stayed; 9 was made by the merge
        ("7", "first_response", 1, CREATED, None, "unknown", None),
        ("8", "first_response", 1, CREATED, _later(10), "met", 10),
        ("9", "first_response", 1, _later(120), None, "overdue", 9 * 1440 + 180 - 120),
    ]
    # a category that pauses resolutions pauses no wait for a response
    assert built.one("select sum(paused_seconds) from marts.ticket_slas where ticket_id = '5' "
                     "and metric <> 'resolution'") == (0,)  # fmt: skip


def test_a_ticket_may_wait_a_thousand_times(built: Built) -> None:
    assert built.one(
        "select count(*), max(cycle), min(elapsed_seconds), max(elapsed_seconds), "
        "count(distinct started_at) from marts.ticket_slas "
        "where ticket_id = '6' and metric = 'next_response' and status = 'met'"
    ) == (1000, 1000, 60, 60, 1000)


def test_tickets_know_their_first_response_and_how_often_they_were_answered(built: Built) -> None:
    assert built.rows(
        "select ticket_id, first_response_at, first_response_seconds / 60, "
        "first_response_business_seconds / 60, response_count, is_one_touch "
        "from marts.tickets where ticket_id <> '6' order by 1"
    ) == [
        ("1", _later(4), 4, 4, 2, False),
        ("10", _later(8), 8, 8, 1, False),
        ("11", None, None, None, 0, False),
        ("12", _later(125), 5, 5, 3, False),
        ("2", _later(20), 10, 10, 2, False),
        ("3", None, None, None, 1, False),
        ("4", None, None, None, None, False),
        ("5", _later(7), 7, 7, 3, False),
        ("7", None, None, None, None, False),
        ("8", _later(10), 10, 10, 1, False),
        ("9", None, None, None, 1, False),
    ]


def test_attachments_chats_and_the_inbox(built: Built) -> None:
    assert built.rows(
        "select ticket_id, file_id, source_object_type, source_object_id, name, size_bytes "
        "from marts.ticket_attachments order by all"
    ) == [
        ("1", "91", "emails", "11", "photo", 12),
        ("1", "92", "emails", "11", None, None),
        ("5", "93", "messages", "55", None, None),
    ]
    chats = built.rows(
        "select thread_id, is_origin, started_at, closed_at, transcript "
        "from marts.ticket_chats where ticket_id = '5' order by 1"
    )
    assert [chat[:4] for chat in chats] == [
        ("t5", True, _later(-5), _later(300)),
        ("t6", False, _later(1), None),
    ]
    lines = chats[0][4].split("\n")
    assert lines[0] == "2026-06-01 08:55:00 Ida: Hello, I am here"
    assert len(lines) == 11  # no comment, no assignment
    assert built.rows(
        "select ticket_id, length(transcript) - length(replace(transcript, chr(10), '')) + 1 "
        "from marts.ticket_chats where thread_id = 't10' order by ticket_id"
    ) == [("10", 2), ("12", 3)]
    assert built.rows(
        "select ticket_id, channel, thread_id, unanswered_count, waiting_since_at, "
        "last_message_at, waiting_seconds from marts.ticket_inbox"
    ) == [
        ("5", "chat", "t5", 2, _later(250), _later(260), (9 * 1440 + 180 - 250) * 60),
    ]


def test_where_hubspots_own_clock_differs_it_says_why(built: Built) -> None:
    assert built.rows(
        "select metric, status, hubspot_status, due_difference_seconds, reason "
        "from marts.sla_differences order by 1"
    ) == [("resolution", "met", "overdue", None, "other_end")]
    assert built.rows(
        "select metric, hubspot_status from marts.ticket_slas where hubspot_status is not null "
        "order by 1"
    ) == [("first_response", "met"), ("resolution", "overdue")]
