"""What an answer means, and the sentence that a failure ends in."""

from datetime import UTC, datetime

import orjson
import pytest
from requests.structures import CaseInsensitiveDict

from include.hubspot import errors
from include.hubspot.answers import Answer, error_for, read_reply
from include.hubspot.retries import Failure
from include.hubspot.transport import Reply

DATE = "Fri, 20 Nov 2026 10:00:00 GMT"
SECRET = "the customer's printer is on fire"


def reply(status, body=b"{}", **headers):
    content = body if isinstance(body, bytes) else orjson.dumps(body)
    return Reply(status, CaseInsensitiveDict({"date": DATE, **headers}), content)


def test_an_answer_carries_hubspots_time():
    answer = read_reply(reply(207, {"results": []}))
    assert answer == Answer(207, {"results": []}, datetime(2026, 11, 20, 10, tzinfo=UTC))


@pytest.mark.parametrize(
    ("came", "detail"),
    [
        (reply(200, b"<html><body>Moved</body></html>"), "an HTML page instead of JSON"),
        (reply(200, b'{"results": [{"id": "1", "prop'), "JSON that is cut off"),
        (reply(200, b""), "no JSON"),
        (reply(200, b'\xff\xfe"'), "no JSON"),
        (reply(200, b"[1]"), "JSON, but no object"),
        (reply(200, b"{}", date="yesterday"), "unreadable Date header"),
        (Reply(200, CaseInsensitiveDict(), b"{}"), "without a Date header"),
    ],
)
def test_what_is_no_answer_is_malformed(came, detail):
    failure = read_reply(came)
    assert failure.kind == "malformed"
    assert detail in failure.detail
    assert isinstance(error_for(failure, "GET /x", 4), errors.MalformedAnswer)


@pytest.mark.parametrize(
    ("body", "policy"),
    [
        ({"policyName": "TEN_SECONDLY_ROLLING"}, "TEN_SECONDLY_ROLLING"),
        ({"policyName": "daily"}, "DAILY"),
        ({"message": "You have reached your ten_secondly_rolling limit."}, "TEN_SECONDLY_ROLLING"),
        ({"message": "You have reached your secondly limit."}, "SECONDLY"),
        ({"message": "You have reached your daily limit."}, "DAILY"),
        ({}, ""),
        ([], ""),
    ],
)
def test_the_policy_of_a_429_is_found(body, policy):
    assert read_reply(reply(429, body)).policy == policy


def test_a_long_migration_is_taken_at_its_word_and_an_absurd_429_is_not():
    assert read_reply(reply(477, **{"Retry-After": "86400"})).retry_after == 86_400
    assert read_reply(reply(429, **{"Retry-After": "5000"})).retry_after == 5


@pytest.mark.parametrize(
    "body",
    [
        {"errors": [{"context": {"requiredGranularScopes": ["tickets", "b"]}}]},
        {"context": {"requiredGranularScopes": ["tickets", "b"]}},
    ],
)
def test_missing_scopes_are_named(body):
    error = error_for(read_reply(reply(403, body)), "GET /crm/v3/owners", 1)
    assert isinstance(error, errors.MissingScopes)
    assert error.scopes == ("tickets", "b")
    assert "lacks one of tickets, b" in str(error)


ERRORS = [
    (401, {}, errors.InvalidAuthentication, "does not accept the token"),
    (403, {"errors": ["odd", {"context": None}]}, errors.MissingScopes, "lacks a scope"),
    (404, b"<html>", errors.ObjectNotFound, "knows nothing at"),
    (400, {"message": "limit {0} must\nbe smaller"}, errors.InvalidRequest, "(limit {0} must be"),
    (414, b"<html>URI too long", errors.InvalidRequest, "with 414"),
    (301, b"", errors.InvalidRequest, "with 301"),
    (423, {}, errors.PortalUnreachable, "with 423, tried 3 times"),
    (429, {"policyName": "SECONDLY"}, errors.RateLimited, "rate limit"),
    (429, {"policyName": "DAILY"}, errors.DailyLimitReached, "after midnight"),
    (477, {}, errors.PortalMigrating, "run again later"),
    (500, {"message": SECRET}, errors.PortalUnreachable, "with 500"),
    (502, b"<html>", errors.PortalOverloaded, "with 502"),
    (524, b"", errors.PortalOverloaded, "with 524"),
    (530, b"", errors.PortalUnreachable, "with 530"),
]


@pytest.mark.parametrize(("status", "body", "kind", "words"), ERRORS)
def test_each_refusal_ends_in_its_own_error(status, body, kind, words):
    error = error_for(read_reply(reply(status, body)), "POST /crm/v3/objects/tickets/search", 3)
    assert type(error) is kind
    assert words in str(error)
    assert error.status == status
    assert error.route == "POST /crm/v3/objects/tickets/search"
    assert error.route in str(error)
    assert "safe to run again" in str(error)
    assert SECRET not in str(error)
    assert "\n" not in str(error)


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (Failure("unreachable", detail="Connection refused"), errors.PortalUnreachable),
        (Failure("timeout", detail="no answer in 60 s"), errors.PortalOverloaded),
    ],
)
def test_silence_is_an_unreachable_portal(failure, kind):
    error = error_for(failure, "GET /x", 1)
    assert type(error) is kind
    assert failure.detail in str(error)
    assert "tried once" in str(error)
