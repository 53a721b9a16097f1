"""The clocks as a person would explain them: a walk over a ticket's life, step by step.

Slow on purpose and written without a look at the SQL: no windows, no joins, no B(t). A step is a
minute where everything happens on a whole one, else a second.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise

from tests.dbt_project.reference_calendar import MINUTE, Calendar, steps
from tests.dbt_project.reference_clock import Clock
from tests.dbt_project.reference_policy import Policy
from tests.dbt_project.reference_talk import Wait, waits
from tests.dbt_project.reference_ticket import PIPELINE, PRIORITY, TYPE, Ticket


@dataclass
class World:
    """The policies, the calendars and the moment that a build speaks of.

    Attributes:
        step: how a life is walked; nothing happens between two steps.
    """

    policies: list[Policy]
    calendars: dict[str, Calendar]
    categories: dict[str, str]
    as_of: datetime
    priorities: dict[str, str] = field(default_factory=dict)
    step: timedelta = MINUTE

    def __post_init__(self) -> None:
        """Reckon the policies in steps; what is told of a clock is in minutes again."""
        self.per_minute = MINUTE // self.step
        self.policies = [
            replace(p, target=p.target * self.per_minute, due_soon=p.due_soon * self.per_minute)
            for p in self.policies
        ]

    def clocks(self, ticket: Ticket) -> dict[tuple[str, int], Clock]:
        """Walk a ticket's life for each of its clocks that some policy speaks of."""
        told = [Wait("resolution", 1, ticket.created_at), *waits(ticket, self._closings(ticket))]
        found = {(wait.metric, wait.cycle): self._clock(ticket, wait) for wait in told}
        return {key: clock.in_minutes(self.per_minute) for key, clock in found.items() if clock}

    def _clock(self, ticket: Ticket, wait: Wait) -> Clock | None:
        changes = self._policy_changes(ticket, wait)
        if not changes:
            return None
        first = changes[0][1]
        counted, stop = self._counted(ticket, changes, wait)
        final = counted[-1][1]
        clock = Clock(target=final.target, first_target=first.target)
        if self._is_unknown(ticket, wait):
            return clock
        end = ticket.archived_at or self.as_of
        if stop is not None and stop <= end:
            clock.stopped_at = end = stop
        self._walk(ticket, counted, clock, (wait.start, end))
        self._judge(ticket, counted, clock)
        return clock

    def _is_unknown(self, ticket: Ticket, wait: Wait) -> bool:
        if not ticket.visits():
            return True
        # A wait for a response needs no category, only that the life is known.
        stage = ticket.visits()[-1][2]
        return stage not in self.categories if wait.metric == "resolution" else stage == ""

    def _closings(self, ticket: Ticket) -> list[datetime]:
        visits = [(when, self.categories.get(stage)) for when, _, stage in ticket.visits()]
        return [when for (_, old), (when, new) in pairwise(visits) if old != "closed" == new]

    def _is_open(self, calendar: str, moment: datetime) -> bool:
        minute = moment.replace(second=0)
        return calendar == "always" or minute in self.calendars[calendar].open_minutes

    def _policy_changes(self, ticket: Ticket, wait: Wait) -> list[tuple[datetime, Policy]]:
        moments = {wait.start}
        for name in (PIPELINE, PRIORITY, TYPE):
            moments |= {when for when, _ in ticket.values(name) if when > wait.start}
        found = [(moment, self._policy(ticket, moment, wait.metric)) for moment in sorted(moments)]
        return [(moment, policy) for moment, policy in found if policy]

    def _policy(self, ticket: Ticket, moment: datetime, metric: str) -> Policy | None:
        priority = self.priorities.get(ticket.value_at(PRIORITY, moment), "")
        wanted = (ticket.value_at(PIPELINE, moment), priority, ticket.value_at(TYPE, moment))
        matching = [
            policy
            for policy in self.policies
            if policy.metric == metric
            and policy.valid_from <= moment < policy.valid_to
            and policy.pipeline in ("*", wanted[0])
            and policy.priority in ("*", wanted[1])
            and policy.ticket_type in ("*", wanted[2])
        ]
        return max(matching, key=Policy.rank, default=None)

    def _counted(
        self, ticket: Ticket, changes: list[tuple[datetime, Policy]], wait: Wait
    ) -> tuple[list[tuple[datetime, Policy]], datetime | None]:
        """The changes that met a running clock, and where the last of them stops it."""
        counted: list[tuple[datetime, Policy]] = []
        stop: datetime | None = None
        for moment, policy in changes:
            ended = ticket.archived_at is not None and moment >= ticket.archived_at
            if counted and (ended or (stop is not None and stop <= moment)):
                break
            counted.append((moment, policy))
            stop = wait.stop
            if wait.metric == "resolution":
                stop = self._last_entry(ticket, policy)
            if stop is not None and len(counted) > 1:
                # The first policy counts from the start, also when it came after the stop.
                stop = max(stop, moment)
        return counted, stop

    def _last_entry(self, ticket: Ticket, policy: Policy) -> datetime | None:
        """The entry into the policy's stop category that was not left again."""
        entry = None
        for when, _, stage in reversed(ticket.visits()):
            if not policy.stops(self.categories.get(stage, "unknown")):
                break
            entry = when
        return entry

    def _walk(
        self,
        ticket: Ticket,
        counted: list[tuple[datetime, Policy]],
        clock: Clock,
        span: tuple[datetime, datetime],
    ) -> None:
        start, end = span
        clock.elapsed = clock.paused = 0
        reached: datetime | None = None
        was_paused = False
        places = [(when, stage) for when, _, stage in ticket.visits()]
        for moment in steps(start, end, self.step):
            policy = _in_force(counted, moment)
            category = self.categories.get(_in_force(places, moment), "")
            counts = self._is_open(policy.calendar, moment)
            stopped = policy.is_stopped_in(category)
            was_paused = policy.is_paused_in(category)
            if was_paused:
                clock.paused += counts
            elif not stopped:
                clock.elapsed += counts
                if counts and clock.elapsed == counted[-1][1].target:
                    reached = moment + self.step
        final = counted[-1][1]
        ended = clock.stopped_at or ticket.archived_at
        paused_now = was_paused if ended else self._is_paused_at_end(ticket, final)
        clock.due_at = None if paused_now and not (ended and reached) else reached
        if reached is None and not paused_now:
            clock.due_at = self._ahead(final, end, final.target - clock.elapsed)
        if clock.elapsed > final.target:
            stop = clock.stopped_at
            lowered = self._lowerings(counted)
            if stop is not None and stop <= counted[0][0]:
                # The first policy came when the clock had stopped: it lowered nothing.
                lowered = [at for at in lowered if at != counted[0][0]]
            clock.breached_at = max([reached, *lowered])
        if paused_now and not ended:
            clock.paused_at = self._paused_since(ticket, counted, end)

    def _is_paused_at_end(self, ticket: Ticket, policy: Policy) -> bool:
        category = self.categories.get(ticket.visits()[-1][2], "unknown")
        return policy.metric == "resolution" and category in policy.pause

    def _ahead(self, policy: Policy, moment: datetime, missing: int) -> datetime:
        while missing:
            # A minute is open as a whole: far ahead it need not be walked by the second.
            is_whole = moment.second == 0 and missing >= self.per_minute
            step = MINUTE if is_whole else self.step
            missing -= step // self.step * self._is_open(policy.calendar, moment)
            moment += step
        return moment

    def _lowerings(self, counted: list[tuple[datetime, Policy]]) -> list[datetime]:
        final = counted[-1][1].target
        targets = [float("inf"), *(policy.target for _, policy in counted)]
        return [
            moment
            for (moment, policy), before in zip(counted, targets, strict=False)
            if policy.target == final and before > final
        ][-1:]

    def _paused_since(
        self, ticket: Ticket, counted: list[tuple[datetime, Policy]], end: datetime
    ) -> datetime:
        visits = [(when, stage) for when, _, stage in ticket.visits()]
        since = end
        while since > ticket.created_at:
            minute = since - self.step
            category = self.categories.get(_in_force(visits, minute), "")
            policy = _in_force(counted, minute)
            if not policy.is_paused_in(category):
                break
            since = minute
        return since

    def _judge(self, ticket: Ticket, counted: list[tuple[datetime, Policy]], clock: Clock) -> None:
        final = counted[-1][1]
        if clock.stopped_at:
            clock.status = "met" if clock.elapsed <= final.target else "breached"
        elif ticket.archived_at:
            clock.status = "cancelled"
        elif clock.elapsed > final.target:
            clock.status = "overdue"
        elif self._is_paused_at_end(ticket, final):
            clock.status = "paused"
        elif final.target - clock.elapsed <= final.due_soon:
            clock.status = "due_soon"
        else:
            clock.status = "active"


def _in_force(steps: list[tuple], minute: datetime):
    """The last step that began by then; before the first one, the first."""
    begun = [value for when, value in steps if when <= minute]
    return begun[-1] if begun else steps[0][1]
