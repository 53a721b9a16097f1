"""What spoils raw: one change for each expectation of the raw suite."""

# expectation -> (file, what spoils it, offending keys, other expectations that see it too)
Spoiled = tuple[str, str, list[dict[str, str | None]], set[str]]
RAW_SPOILED: dict[str, Spoiled] = {
    "ExpectEveryRecordIdExactlyOnce": (
        "raw",
        "insert into raw.contacts from raw.contacts",
        [{"object_type": "contacts", "id": "101"}],
        {"ExpectEveryRelatedRecordInTheMartsOnce"},
    ),
    "ExpectEveryTicketToHaveItsTimes": (
        "raw",
        "update raw.tickets set updated_at = null where id = '2'",
        [{"ticket_id": "2"}],
        set(),
    ),
    "ExpectTicketPropertiesToBeReadable": (
        "raw",
        "update raw.tickets set properties = '{secret text' where id = '2'",
        [{"ticket_id": "2"}],
        set(),
    ),
    # One odd ticket of three is still a single case.
    "ExpectNoTicketUpdatedBeforeItsCreation": (
        "raw",
        "update raw.tickets set updated_at = '2026-10-01' where id = '2'",
        [
            {
                "ticket_id": "2",
                "created_at": "2026-11-03T09:00:00",
                "updated_at": "2026-10-01T00:00:00",
            }
        ],
        set(),
    ),
    "ExpectTicketTimesToBeRightOnTheWhole": (
        "raw",
        "update raw.tickets set updated_at = '2026-10-01' where id in ('2', '3')",
        [
            {
                "ticket_id": ticket_id,
                "created_at": f"{created_on}T09:00:00",
                "updated_at": "2026-10-01T00:00:00",
            }
            for ticket_id, created_on in (("2", "2026-11-03"), ("3", "2026-11-04"))
        ],
        {"ExpectNoTicketUpdatedBeforeItsCreation"},
    ),
    "ExpectArchivedRecordsToSayWhen": (
        "raw",
        "update raw.deals set archived = true",
        [{"object_type": "deals", "id": "301"}],
        set(),
    ),
    "ExpectStageToAgreeWithItsHistory": (
        "both",
        """
        delete from {warehouse}.raw.ticket_property_history where ticket_id = '2';
        delete from {staged}.marts.ticket_property_history where ticket_id = '2'
        """,
        [{"ticket_id": "2"}],
        set(),
    ),
    "ExpectStagesToAgreeWithHistoryOnTheWhole": (
        "both",
        """
        delete from {warehouse}.raw.ticket_property_history where ticket_id in ('1', '2');
        delete from {staged}.marts.ticket_property_history where ticket_id in ('1', '2')
        """,
        [{"ticket_id": "1"}, {"ticket_id": "2"}],
        {"ExpectStageToAgreeWithItsHistory"},
    ),
    "ExpectEveryHistoryEntryExactlyOnce": (
        "both",
        """
        insert into {warehouse}.raw.ticket_property_history
            from {warehouse}.raw.ticket_property_history where property_name = 'subject';
        insert into {staged}.marts.ticket_property_history
            from {staged}.marts.ticket_property_history where property_name = 'subject'
        """,
        [
            {
                "ticket_id": "1",
                "property_name": "subject",
                "changed_at": "2026-11-01T09:00:00",
                "occurrence": "1",
            }
        ],
        {"ExpectEntriesOfOneMomentToHaveAnOrder"},
    ),
    "ExpectEveryHistoryEntryToBeWhole": (
        "raw",
        "update raw.ticket_property_history set value = null where property_name = 'subject'",
        [{"ticket_id": "1", "property_name": "subject", "changed_at": "2026-11-01T09:00:00"}],
        set(),
    ),
    "ExpectEveryHistoryEntryToBelongToATicket": (
        "raw",
        "insert into raw.ticket_property_history (ticket_id, property_name, changed_at, value, "
        "occurrence, sequence) values ('404', 'subject', '2026-11-01', 'secret text', 1, 1)",
        [{"ticket_id": "404"}],
        set(),
    ),
    "ExpectEntriesOfOneMomentToHaveAnOrder": (
        "raw",
        "update raw.ticket_property_history set property_name = 'hs_pipeline_stage' "
        "where property_name = 'subject'",
        [
            {
                "ticket_id": "1",
                "property_name": "hs_pipeline_stage",
                "changed_at": "2026-11-01T09:00:00",
            }
        ],
        set(),
    ),
    "ExpectEveryAssociationWindowToBeWellFormed": (
        "raw",
        "update raw.ticket_associations set gone_at = '2026-11-09' where ticket_id = '2'",
        [{"ticket_id": "2", "object_type": "contacts", "object_id": "101"}],
        set(),
    ),
    "ExpectAssociationWindowsNotToOverlap": (
        "raw",
        "update raw.ticket_associations set gone_at = null where ticket_id = '1'",
        [{"ticket_id": "1", "object_type": "contacts", "object_id": "101"}],
        set(),
    ),
    "ExpectEveryAssociationToBelongToATicket": (
        "raw",
        "update raw.ticket_associations set ticket_id = '404' where ticket_id = '2'",
        [{"ticket_id": "404"}],
        set(),
    ),
    "ExpectActivitiesToBeReadable": (
        "raw",
        "update raw.notes set properties = '[\"secret text\"]'",
        [{"object_type": "notes", "id": "401"}],
        set(),
    ),
    "ExpectLinkedEngagementsToBeKnown": (
        "raw",
        "update raw.ticket_associations set object_id = '409' where object_type = 'notes'",
        [{"object_type": "notes", "id": "409"}],
        set(),
    ),
    "ExpectEngagementLinksToBelongToAnEngagement": (
        "raw",
        "update raw.engagement_associations set engagement_id = '409' where gone_at is null",
        [{"engagement_type": "notes", "engagement_id": "409"}],
        set(),
    ),
    "ExpectEngagementWindowsToBeWellFormed": (
        "raw",
        "update raw.engagement_associations set gone_at = '2026-11-09' where gone_at is not null",
        [
            {
                "engagement_type": "notes",
                "engagement_id": "401",
                "object_type": "contacts",
                "object_id": "101",
            }
        ],
        set(),
    ),
    "ExpectEngagementWindowsNotToOverlap": (
        "raw",
        "update raw.engagement_associations set gone_at = null",
        [
            {
                "engagement_type": "notes",
                "engagement_id": "401",
                "object_type": "contacts",
                "object_id": "101",
            }
        ],
        set(),
    ),
    "ExpectEveryMessageToBelongToAThread": (
        "raw",
        "update raw.threads set id = '509'",
        [{"message_id": "m1"}],
        set(),
    ),
    "ExpectSomethingToBeLoaded": (
        "raw",
        "delete from raw.loads",
        [{"empty_table": "raw.loads"}],
        {"ExpectThePublicationToBeAsFreshAsTheLoad"},
    ),
    "ExpectEveryRunToBeLoadedOnce": (
        "raw",
        "insert into raw.loads from raw.loads where mode = 'full'",
        [{"run_id": "20261119T021500Z-def456"}],
        set(),
    ),
    "ExpectEveryRowToBelongToThisPortal": (
        "raw",
        "update raw.owners set _portal_id = '666'",
        [{"table_name": "owners", "portal_id": "666", "row_count": "1"}],
        set(),
    ),
    "ExpectTheAccountToBeThisPortal": (
        "raw",
        "update raw.account set portal_id = '666'",
        [{"portal_id": "666"}],
        set(),
    ),
    "ExpectNoCursorAheadOfWhatWasRead": (
        "raw",
        "update raw.cursors set cursor_at = '2026-11-20 02:15:00.001'",
        [{"stream": "tickets", "cursor_at": "2026-11-20T02:15:00.001000"}],
        set(),
    ),
    "ExpectEveryStreamToHaveOneCursor": (
        "raw",
        "insert into raw.cursors (stream, cursor_at) values ('tickets', '2026-11-19')",
        [{"stream": "tickets"}],
        set(),
    ),
    "ExpectEveryLoadToMoveForward": (
        "raw",
        "update raw.loads set data_as_of = '2026-11-18' where mode = 'full'; "
        "insert into raw.loads (run_id, data_as_of) values ('20261118T021500Z-aaa111', "
        "'2026-11-18 02:15')",
        [{"run_id": "20261119T021500Z-def456", "data_as_of": "2026-11-18T00:00:00"}],
        set(),
    ),
}
