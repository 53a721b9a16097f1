"""Answers that a run was given before it was cut off, given to it again instead of a call.

A read that is begun again asks the same questions in the same order, as long as it gets the same
answers: so it comes to where it was cut off without a call, and goes on from there.
"""

from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any, Protocol

import orjson

from include.hubspot.answers import Answer
from include.hubspot.transport import Reply


class Journal(Protocol):
    """Where answers are kept: contents by key, durable when `keep` returns."""

    def find(self, key: bytes) -> bytes | None:
        """Give what was kept under the key before, each content once, in their order."""

    def keep(self, key: bytes, content: bytes) -> None:
        """Keep a content."""


class Recall:
    """Answers by question.

    Args:
        journal: Where they are kept.
    """

    def __init__(self, journal: Journal):
        self._journal = journal

    def find(
        self, method: str, path: str, params: Mapping[str, Any] | None, body: bytes | None
    ) -> Answer | None:
        """Give the answer that this question had before, as it was then; None: it must be asked."""
        kept = self._journal.find(_key(method, path, params, body))
        if kept is None:
            return None
        head, _, content = kept.partition(b"\n")
        status, at = orjson.loads(head)
        return Answer(status, orjson.loads(content), datetime.fromisoformat(at))

    def keep(  # noqa: PLR0913, PLR0917 - a question and its answer
        self,
        method: str,
        path: str,
        params: Mapping[str, Any] | None,
        body: bytes | None,
        answer: Answer,
        reply: Reply,
    ) -> None:
        """Keep a usable answer, durable when this returns."""
        head = orjson.dumps([answer.status, answer.at])
        self._journal.keep(_key(method, path, params, body), head + b"\n" + reply.body)


def _key(method: str, path: str, params: Mapping[str, Any] | None, body: bytes | None) -> bytes:
    question = orjson.dumps([method, path, sorted((params or {}).items())], default=str)
    return blake2b(question + b"\n" + (body or b""), digest_size=16).digest()
