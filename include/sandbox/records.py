"""A CRM record: its id, its life, and a log of every value that a property took.

The log is one `array('q')` with four numbers for each entry: when, which property, which value,
which source (numbers stand for texts in `Texts` and `Sources`). Two million entries are 64 MB this
way; as Python objects they would be more than a gigabyte. `visible` counts the entries that have
happened: the rest wait for `advance`.
"""

from array import array
from collections.abc import Iterator

import orjson

WIDTH = 4


class _Codes(dict[str, int]):
    """The numbers of texts; a new text gets the next one."""

    def __init__(self, texts: "Texts") -> None:
        super().__init__()
        self._texts = texts

    def __missing__(self, text: str) -> int:
        code = self[text] = len(self)
        self._texts.text.append(text)
        self._texts.json.append(None)
        return code


class Texts:
    """Every text once, by number; `json` has those that were shown already as JSON, too.

    Its characters stand for the bytes of UTF-8: one emoji would else make every character of an
    answer that is put together from such texts four bytes wide. `code` returns the number of a
    text, a new one when it is new; it is called for every value that is loaded.
    """

    def __init__(self) -> None:
        self.text: list[str] = []
        self.json: list[str | None] = []
        self.code = _Codes(self).__getitem__

    def as_json(self, code: int) -> str:
        """Return a text as JSON, and keep it: what was shown once is shown again."""
        shown = self.json[code]
        if shown is None:
            shown = self.json[code] = orjson.dumps(self.text[code]).decode("latin-1")
        return shown


class Sources:
    """Every (source type, source id, label, user) once, as the end of a history entry's JSON."""

    def __init__(self) -> None:
        self.rendered: list[str] = []
        self._codes: dict[tuple[str, str, str, int], int] = {}

    def code(self, source_type: str, source_id: str = "", label: str = "", user: int = 0) -> int:
        """Return the number of a source; empty parts are left out of the answer."""
        key = (source_type, source_id, label, user)
        code = self._codes.get(key)
        if code is None:
            parts = {"sourceId": source_id, "sourceLabel": label, "updatedByUserId": user}
            fields = {"sourceType": source_type or "API", **{k: v for k, v in parts.items() if v}}
            code = self._codes[key] = len(self.rendered)
            self.rendered.append(orjson.dumps(fields).decode("latin-1").removeprefix("{"))
        return code


class Record:
    """One ticket, contact, company or deal.

    `created`, `modified` and `archived_at` are milliseconds; `indexed` is how much of the log the
    search index knows; `merged_into` names the survivor once the record is merged away.
    """

    __slots__ = (
        "archived_at",
        "created",
        "id",
        "indexed",
        "log",
        "merged_into",
        "modified",
        "visible",
    )

    def __init__(self, record_id: int, created: int) -> None:
        self.id = record_id
        self.created = created
        self.modified = created
        self.log = array("q")
        self.visible = 0
        self.indexed = 0
        self.archived_at: int | None = None
        self.merged_into: int | None = None

    def append(self, when: int, name: int, value: int, source: int) -> None:
        """Add an entry at the end of the log; it is not visible yet."""
        self.log.extend((when, name, value, source))

    def write(self, when: int, name: int, value: int, source: int) -> None:
        """Make an entry happen now, before those that wait."""
        at = self.visible * WIDTH
        self.log[at:at] = array("q", (when, name, value, source))
        self.visible += 1
        self.modified = max(self.modified, when)

    def values(self, upto: int) -> dict[int, int]:
        """Return the newest value of each property among the first `upto` entries."""
        end = upto * WIDTH
        return dict(zip(self.log[1:end:WIDTH], self.log[2:end:WIDTH], strict=True))

    def value(self, name: int, upto: int) -> int | None:
        """Return the newest value of one property among the first `upto` entries."""
        log = self.log
        for at in range(upto * WIDTH - 3, 0, -WIDTH):
            if log[at] == name:
                return log[at + 1]
        return None

    def columns(self, upto: int) -> tuple[array, array, array]:
        """Return when, which property and which value of the first `upto` entries."""
        log, end = self.log, upto * WIDTH
        return log[0:end:WIDTH], log[1:end:WIDTH], log[2:end:WIDTH]

    def changes(self, name: int, upto: int) -> list[tuple[int, int]]:
        """Return (when, value) of one property, oldest first."""
        columns = zip(*self.columns(upto), strict=True)
        return [(when, value) for when, code, value in columns if code == name]

    def newest_first(self) -> Iterator[tuple[int, int, int, int]]:
        """Yield the visible entries, newest first."""
        end = self.visible * WIDTH
        if not end:
            return iter(())
        columns = [self.log[end - WIDTH + column :: -WIDTH] for column in range(WIDTH)]
        return zip(*columns, strict=True)

    def next_due(self) -> int | None:
        """Return when the next waiting entry happens, or None when none waits."""
        at = self.visible * WIDTH
        return self.log[at] if at < len(self.log) else None

    def settle(self, moment: int) -> None:
        """Let every waiting entry up to `moment` (inclusive) happen."""
        log, at = self.log, self.visible * WIDTH
        last = log[at - WIDTH] if at else 0
        in_order = True
        while at < len(log) and log[at] <= moment:
            in_order = in_order and log[at] >= last
            last = log[at]
            self.modified = max(self.modified, last)
            at += WIDTH
        self.visible = at // WIDTH
        if not in_order:
            self._sort_visible()

    def _sort_visible(self) -> None:
        """Put the visible entries in order of time.

        Only needed when something was written after the dataset's horizon and the dataset's own,
        earlier entries arrive later.
        """
        end = self.visible * WIDTH
        entries = sorted(
            (self.log[at : at + WIDTH] for at in range(0, end, WIDTH)), key=lambda entry: entry[0]
        )
        ordered = array("q")
        for entry in entries:
            ordered.extend(entry)
        self.log[:end] = ordered
