"""Every kind of exception that a plan can list is explained where people look."""

import re

from include.pipeline.migration.exceptions import WHAT_TO_DO
from include.pipeline.settings import PROJECT_ROOT

MODELS = PROJECT_ROOT / "dbt_project/models/migration/plan"


def listed() -> set[str]:
    """Kinds that the models of exceptions name."""
    models = ("property_exceptions", "record_exceptions", "map_errors")
    text = "".join((MODELS / f"int_plan_{one}.sql").read_text("utf-8") for one in models)
    told = re.findall(r"exception\(\"'(\w+)'\"", text)
    chosen = re.search(r"case rules.treatment(.*?)end as exception_kind", text, re.S).group(1)
    wrong = re.findall(r"'(\w+)' as kind", text)
    return {*told, *re.findall(r"(?:then|else) '(\w+)'", chosen), *wrong}


def test_the_docs_explain_every_kind_of_exception_and_no_other() -> None:
    page = (PROJECT_ROOT / "docs/migration.md").read_text("utf-8")
    table = page.partition("| Kind | What it means | What to do |")[2].partition("\n\n")[0]
    explained = re.findall(r"^\| `(\w+)` \| \S.+ \| \S.* \|$", table, re.M)
    assert len(explained) == len(set(explained)) > 15
    assert set(explained) == listed()
    assert set(WHAT_TO_DO) <= set(explained)
