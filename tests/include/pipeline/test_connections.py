"""Tokens come from connections, and never come out again."""

import pytest

from include.pipeline.connections import connection_from_environment
from include.pipeline.errors import ConnectionMissing

VARIABLE = "AIRFLOW_CONN_HUBSPOT_NORTH"
SECRET = "pat-eu1-very-secret"


def test_host_and_token_are_read_from_airflows_variable(monkeypatch):
    monkeypatch.setenv(
        VARIABLE, f'{{"conn_type": "http", "host": "http://h:1/", "password": "{SECRET}"}}'
    )
    connection = connection_from_environment("hubspot_north")
    assert (connection.host, connection.token) == ("http://h:1", SECRET)
    assert SECRET not in repr(connection)


def test_the_fields_of_airflows_own_form_make_an_address(monkeypatch):
    monkeypatch.setenv(
        VARIABLE, f'{{"host": "api.hubapi.com", "schema": "https", "password": "{SECRET}"}}'
    )
    assert connection_from_environment("hubspot_north").host == "https://api.hubapi.com"
    monkeypatch.setenv(
        VARIABLE, f'{{"host": "h", "schema": "http", "port": 81, "password": "{SECRET}"}}'
    )
    assert connection_from_environment("hubspot_north").host == "http://h:81"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "is not set"),
        (f"{{broken {SECRET}", "is not a JSON object"),
        (f'["{SECRET}"]', "is not a JSON object"),
        (f'{{"password": "{SECRET}"}}', "is no address"),
        (
            f'{{"host": "ftp://hubapi.com", "password": "{SECRET}"}}',
            "'ftp://hubapi.com' that is no",
        ),
        (f'{{"host": "http://[::1", "password": "{SECRET}"}}', "is no address"),
        (f'{{"host": "http://h:port", "password": "{SECRET}"}}', "is no address"),
        (f'{{"host": "http://h:70000", "password": "{SECRET}"}}', "is no address"),
        (f'{{"host": "h", "port": "?", "password": "{SECRET}"}}', "is no address"),
        (f'{{"host": "http://.hubapi.com", "password": "{SECRET}"}}', "is no address"),
        (f'{{"host": "http://{"h" * 64}.com", "password": "{SECRET}"}}', "is no address"),
        (f'{{"host": "http://hub api.com", "password": "{SECRET}"}}', "is no address"),
        (f'{{"host": "https://hubapi.com?x=1", "password": "{SECRET}"}}', "is no address"),
        (f'{{"host": "https://a:{SECRET}@hubapi.com", "password": "x"}}', "is no address"),
        (f'{{"host": {{"is": 5}}, "password": "{SECRET}"}}', "is no address"),
        ('{"host": "https://api.hubapi.com"}', "holds no token"),
    ],
)
def test_an_unusable_connection_is_one_sentence_without_the_token(monkeypatch, text, said):
    monkeypatch.delenv(VARIABLE, raising=False)
    if text is not None:
        monkeypatch.setenv(VARIABLE, text)
    with pytest.raises(ConnectionMissing) as error:
        connection_from_environment("hubspot_north")
    assert said in str(error.value)
    assert VARIABLE in str(error.value)
    assert "nothing was read" in str(error.value)
    assert SECRET not in str(error.value)
