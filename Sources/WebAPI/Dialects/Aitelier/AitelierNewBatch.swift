import Calls
import Engine
import FoundationEssentials

/// The part `settings` of an uploaded list: what the vendor's "New batch" asks for.
enum AitelierNewBatch {
    static func read(_ settings: JSONObjectBody, key: APIKey) throws -> NewBatch {
        let scenario = try settings.required("scenario")
        var wanted = BatchSettings(agent: Agent.ID(UUID()))
        wanted.callsPerMinute = try settings.integer("pacing", in: 1...6000) ?? AitelierPlacement.dialsPerMinute
        wanted.startAt = try settings.date("scheduled_for")
        wanted.callerIDs.numbers = try settings.phoneNumber("caller_id").map { [$0] } ?? []
        wanted.placeholders = .optional
        wanted.voicemailAction = .hangUp
        // "One call per row": a number that stands in two rows is two people, or one who is called about two things.
        wanted.allowsDuplicates = true
        var batch = NewBatch(
            name: try settings.string("name") ?? scenario,
            agent: scenario,
            mode: key.mode,
            settings: wanted
        )
        batch.door = AitelierDialect.name
        batch.key = key.id
        return batch
    }

    /// "Other columns become metadata for each row": kept as they are, and read by the scenario as those of a trigger are.
    @Sendable
    static func contact(_ row: NewContact) throws -> NewContact {
        var contact = row
        contact.metadata = String(decoding: try WireEncoder.verbatim.data(row.variables), as: UTF8.self)
        contact.variables = AitelierPlacement.variables(row.variables)
        return contact
    }
}
