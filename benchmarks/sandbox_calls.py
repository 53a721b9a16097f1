"""What one private app may ask of a portal, and what it costs the portal's process."""

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import requests

BATCHES, SEARCHES = 19, 5  # a second
TICKETS = "/crm/v3/objects/tickets"
JSON = {"Content-Type": "application/json"}
TICK = os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> int:
    """Return the most memory that a process ever had, in MB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


def processor_seconds(pid: int) -> float:
    """Return the processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


class Asked:
    """The calls of one private app at its limits, paced evenly."""

    def __init__(self, url: str, seconds: int) -> None:
        self.url = url
        self.seconds = seconds
        self.times: dict[str, list[float]] = {"batch": [], "search": [], "search for ids": []}
        self.entries = 0
        self._ids: list[str] = []
        properties = self._session().get(f"{url}/crm/v3/properties/tickets").json()["results"]
        self._names = [p["name"] for p in properties]
        self._history = [
            p["name"] for p in properties if not p["modificationMetadata"]["readOnlyValue"]
        ]
        self._since, self._known, self._turn = "0", [], 0

    def _session(self) -> requests.Session:
        session = requests.Session()
        session.headers["Authorization"] = "Bearer sandbox-token"
        return session

    def run(self) -> None:
        """Ask, with as many threads as keep the pace."""
        self._search(self._session())
        ends = time.monotonic() + self.seconds
        threads = [threading.Thread(target=self._pace, args=(self._batch, BATCHES / 4, ends))
                   for _ in range(4)]  # fmt: skip
        threads.append(
            threading.Thread(target=self._pace, args=(self._search_in_turn, SEARCHES, ends))
        )
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def alone(self, pid: int, calls: int = 400) -> tuple[float, float]:
        """Return the middle answer time and the server's processor time of a batch read, in ms."""
        session, times = self._session(), []
        self._ids = self._first_ids(session, calls * 50)
        before = processor_seconds(pid)
        for _ in range(calls):
            body = json.dumps(self._next_batch())
            begin = time.monotonic()
            answer = session.post(f"{self.url}{TICKETS}/batch/read", data=body, headers=JSON)
            times.append(time.monotonic() - begin)
            answer.raise_for_status()
        processor = (processor_seconds(pid) - before) / calls
        self._ids = []
        return sorted(times)[calls // 2] * 1000, processor * 1000

    def _first_ids(self, session: requests.Session, count: int) -> list[str]:
        pages = self._pages(session)
        ids: list[str] = []
        while len(ids) < count and (page := next(pages, None)):
            ids.extend(row["id"] for row in page)
        return ids

    def _pages(self, session: requests.Session) -> Iterator[list[dict]]:
        after = None
        while True:
            params = {"limit": 100, "after": after, "properties": "subject"}
            page = session.get(self.url + TICKETS, params=params, timeout=60).json()
            yield page["results"]
            after = page.get("paging", {}).get("next", {}).get("after")
            if not after:
                return

    def list_all(self) -> None:
        """Read every ticket through the list endpoint."""
        for _page in self._pages(self._session()):
            pass

    def _pace(self, ask: Callable[[requests.Session], None], rate: float, ends: float) -> None:
        session, due = self._session(), time.monotonic()
        while due < ends:
            time.sleep(max(0.0, due - time.monotonic()))
            ask(session)
            due += 1 / rate

    def _search(self, session: requests.Session) -> None:
        filters = [{"propertyName": "hs_lastmodifieddate", "operator": "GT", "value": self._since}]
        sorts = [{"propertyName": "hs_lastmodifieddate", "direction": "ASCENDING"}]
        body = {"filterGroups": [{"filters": filters}], "sorts": sorts, "limit": 200}
        rows = self._post(session, "search", f"{TICKETS}/search", body)
        self._ids.extend(row["id"] for row in rows)
        self._since = rows[-1]["updatedAt"] if rows else "0"
        self._known = [row["id"] for row in rows] or self._known

    def _search_in_turn(self, session: requests.Session) -> None:
        """Search by modified time and for known ids, one after the other."""
        self._turn += 1
        if self._turn % 2:
            self._search(session)
            return
        wanted = {"propertyName": "hs_object_id", "operator": "IN", "values": self._known[:100]}
        body = {"filterGroups": [{"filters": [wanted]}], "limit": 100}
        self._post(session, "search for ids", f"{TICKETS}/search", body)

    def _next_batch(self) -> dict:
        ids, self._ids = self._ids[:50], self._ids[50:] or self._ids[:50]
        return {
            "inputs": [{"id": i} for i in ids],
            "properties": self._names,
            "propertiesWithHistory": self._history,
        }

    def _batch(self, session: requests.Session) -> None:
        body = self._next_batch()
        rows = self._post(session, "batch", f"{TICKETS}/batch/read", body)
        self.entries += sum(len(e) for row in rows for e in row["propertiesWithHistory"].values())

    def _post(self, session: requests.Session, kind: str, path: str, body: dict) -> list[dict]:
        begin = time.monotonic()
        answer = session.post(self.url + path, json=body, timeout=60)
        self.times[kind].append(time.monotonic() - begin)
        answer.raise_for_status()
        return answer.json()["results"]

    def median(self, kind: str) -> float:
        """Return the middle answer time, in milliseconds."""
        times = sorted(self.times[kind])
        return times[len(times) // 2] * 1000
