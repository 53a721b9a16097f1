"""Every id of a batch has a fate, or it is an error: what no honest server sends."""

import pytest

from include.hubspot.batch_reading import Question
from include.hubspot.errors import MalformedAnswer
from include.hubspot.retries import Patience
from tests.include.hubspot.one_answer import OneAnswer

QUESTION = Question("/batch/read", ["subject"], [], archived=False)


def test_an_id_without_any_fate_is_an_error():
    silent = OneAnswer({"results": [{"id": "1"}]}, {"results": []})
    with pytest.raises(MalformedAnswer, match="neither returned id 2"):
        QUESTION.settle(silent, ["1", "2"], Patience())


def test_an_error_in_part_of_another_kind_is_no_missing_record():
    partial = {"results": [{"id": "1"}], "errors": [{"category": "INTERNAL", "context": {}}]}
    with pytest.raises(MalformedAnswer, match="category INTERNAL"):
        QUESTION.settle(OneAnswer(partial), ["1", "2"], Patience())
