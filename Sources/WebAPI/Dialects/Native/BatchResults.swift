import CSV
import Calls
import FoundationEssentials

/// What became of a batch's contacts as comma-separated values: the list's own columns as they were, then what happened.
///
/// The names of what happened begin with `call_` and, for what the agent found out, with `field_`, so that they do not meet the list's own.
struct BatchResults: Sendable {
    private let columns: ListColumns
    private let fields: [String]
    private let link: @Sendable (String) -> String

    /// `fields` are the names of what the agent is to find out; `link` makes a path of the API a URL.
    init(columns: [String], fields: [String], link: @escaping @Sendable (String) -> String) {
        self.columns = ListColumns(columns)
        self.fields = fields
        self.link = link
    }

    /// What an agent finds out, by name, sorted. Empty for one that is gone.
    static func fields(of agent: Agent?) -> [String] {
        Set(agent?.returns.map { Array($0.keys) } ?? []).union(agent?.flow?.fields ?? []).sorted()
    }

    private static let before = [
        "call_status", "call_reason", "call_outcome", "call_goal", "call_reached", "call_count", "call_duration",
        "call_cost", "call_first_at", "call_at", "call_answered_at", "call_ended_at", "call_summary",
    ]
    private static let after = ["call_id", "call_url", "call_transcript_url", "call_recording_url"]

    var header: String {
        CSVLine.text(
            columns.names + Self.before + fields.map { "field_\($0)" }
                + Self.after
        )
    }

    /// `calls` are the contact's, the oldest first.
    func line(_ contact: Contact, _ calls: [Call]) -> String {
        let own = columns.cells(of: contact)
        let last = calls.last { $0.lifecycle.ending.map { Self.isDialed($0.reason) } ?? true } ?? calls.last
        let ending = last?.lifecycle.ending
        let cost = calls.reduce(Money.zero) { $0 + $1.cost }
        let reason: String = contact.endReason?.rawValue ?? contact.note ?? ""
        let outcome: String = last?.outcome?.rawValue ?? ""
        let duration: String = last?.duration.map { String($0) } ?? ""
        var cells: [String] = own
        cells += [contact.state.rawValue, reason, outcome, contact.goal?.rawValue ?? "", last?.reached.rawValue ?? ""]
        cells += [String(calls.count), duration, calls.isEmpty ? "" : cost.description]
        cells += [time(calls.first?.createdAt), time(last?.createdAt), time(ending?.answeredAt), time(ending?.at)]
        cells.append(last?.summary ?? "")
        let found = last?.result.fields ?? last?.fields ?? [:]
        cells += fields.map { found[$0]?.spoken ?? "" }
        if let last {
            let path = "/v1/calls/\(last.id)"
            cells += [last.id.description, link(path), link(path + "/transcript")]
            cells.append(last.recorded ? link(path + "/recording") : "")
        } else {
            cells += Self.after.map { _ in "" }
        }
        return CSVLine.text(cells)
    }

    private func time(_ date: Date?) -> String { date.map(Timestamp.text) ?? "" }

    private static func isDialed(_ reason: EndReason) -> Bool { ![.canceled, .blocked, .expired].contains(reason) }
}
