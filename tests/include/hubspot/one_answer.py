"""A session whose answers are given: for what no honest server sends."""

from include.hubspot.answers import Answer
from tests.include.hubspot.search_index import BEGIN, moment


class OneAnswer:
    """Gives the contents in turn to POST; the first one to every GET."""

    def __init__(self, *contents):
        self.answers = [Answer(200, content, moment(BEGIN)) for content in contents]

    def get(self, path, params):
        return self.answers[0]

    def post(self, path, body, *, params, patience):
        return self.answers.pop(0)
