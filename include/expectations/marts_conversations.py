"""What we promise readers about what was said on tickets."""

from typing import ClassVar

from include.expectations.business_expectation import BusinessExpectation


class ExpectEveryMessageInTheMartsOnce(BusinessExpectation):
    """Every message and comment of a ticket's thread that was read is one response in the marts."""

    contradictions: ClassVar[str] = """
        with said as (
            select id as message_id, properties ->> '$.conversationsThreadId' as thread_id
            from warehouse.raw.messages
            where created_at <= (select max(data_as_of) from staged.meta.published)
                and properties ->> '$.type' in ('MESSAGE', 'COMMENT', 'WELCOME_MESSAGE')
        ), threads as (
            select id as thread_id,
                properties ->> '$.threadAssociations.associatedTicketId' as ticket_id
            from warehouse.raw.threads
            where created_at <= (select max(data_as_of) from staged.meta.published)
        )
        select threads.ticket_id, said.message_id
        from said
        join threads using (thread_id)
        semi join staged.marts.tickets as tickets on threads.ticket_id = tickets.ticket_id
        left join staged.marts.ticket_responses as responses
            on responses.ticket_id = threads.ticket_id
            and responses.thread_id = said.thread_id
            and responses.external_message_id = said.message_id
        group by all having count(responses.response_id) <> 1
    """


class ExpectEveryResponseToBelongToATicket(BusinessExpectation):
    """The ticket of every response is in the marts."""

    contradictions: ClassVar[str] = """
        select distinct ticket_id from staged.marts.ticket_responses
        anti join staged.marts.tickets using (ticket_id)
    """


class ExpectAFirstResponseToBeOnePublicWordOfAnAgent(BusinessExpectation):
    """A ticket has at most one first response: public, by an agent, and its clock stopped then."""

    contradictions: ClassVar[str] = """
        select responses.ticket_id
        from staged.marts.ticket_responses as responses
        left join staged.marts.ticket_slas as slas
            on slas.ticket_id = responses.ticket_id and slas.metric = 'first_response'
        where responses.is_first_response
        group by responses.ticket_id
        having count(distinct responses.response_id) > 1
            or bool_or(not responses.is_public or responses.author_type <> 'agent')
            or bool_or(slas.stopped_at <> responses.occurred_at)
    """


CONVERSATIONS = (
    ExpectEveryMessageInTheMartsOnce,
    ExpectEveryResponseToBelongToATicket,
    ExpectAFirstResponseToBeOnePublicWordOfAnAgent,
)
