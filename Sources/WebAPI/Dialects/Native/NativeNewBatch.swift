import Calls
import Engine
import FoundationEssentials

/// The body of `POST /v1/batches`.
struct NativeNewBatch {
    static let fields = ["name", "agent", "contacts", "paused"] + NativeBatchSettings.fields

    /// The most that the body may have, in bytes. Longer lists come as a file.
    static let bodyLimit = 16 * 1024 * 1024

    let batch: NewBatch
    let contacts: [NewContact]

    static func read(_ body: JSONObjectBody, key: APIKey, at now: Date) throws -> NativeNewBatch {
        var batch = NewBatch(
            name: try body.required("name"),
            agent: try body.required("agent"),
            mode: key.mode,
            settings: try NativeBatchSettings.read(body, at: now)
        )
        batch.key = key.id
        batch.isPaused = try body.truth("paused") ?? false
        return NativeNewBatch(batch: batch, contacts: try contacts(in: body))
    }

    /// The lines are counted from 1.
    static func contacts(in body: JSONObjectBody) throws(RequestProblem) -> [NewContact] {
        let accepted = ["phone", "variables", "metadata", "time_zone", "scheduled_for", "priority"]
        guard let rows = try body.objects("contacts", accepting: accepted) else { throw .missingField("contacts") }
        var contacts: [NewContact] = []
        contacts.reserveCapacity(rows.count)
        for (index, row) in rows.enumerated() {
            do throws(RequestProblem) {
                contacts.append(try contact(row, line: index + 1))
            } catch {
                throw error.within("contacts[\(index + 1)]")
            }
        }
        return contacts
    }

    private static func contact(_ row: JSONObjectBody, line: Int) throws(RequestProblem) -> NewContact {
        guard let phone = try row.phoneNumber("phone") else { throw .missingField("phone") }
        return NewContact(
            line: line,
            phone: phone,
            variables: try row.object("variables") ?? [:],
            metadata: try row.objectText("metadata"),
            timeZone: try row.string("time_zone"),
            scheduledFor: try row.date("scheduled_for"),
            priority: try row.integer("priority", in: -100...100) ?? 0
        )
    }
}

extension RequestProblem {
    /// The same about a part of a larger whole, which is called `name`.
    func within(_ name: String) -> RequestProblem {
        switch self {
        case .missingField(let field): .missingField("\(name).\(field)")
        case .invalidField(let field, let message): .invalidField("\(name).\(field)", message: message)
        case .unknownField(let field, let accepted): .unknownField("\(name).\(field)", accepted: accepted)
        default: self
        }
    }
}
