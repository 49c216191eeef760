import Calls
import Engine
import FoundationEssentials
import PhoneNumbers

/// What the list of calls was asked for.
struct CallListFilter {
    var status: String?
    var agent: String?
    var search: String?
    var mode: CallMode?
    var before: Call.ID?
    var after: Call.ID?

    init(_ query: FormFields) {
        status = query["status"]
        agent = query["agent"]
        search = query["q"]
        mode = query["mode"].flatMap(CallMode.init(rawValue:))
        before = query["before"].flatMap { Call.ID($0) }
        after = query["after"].flatMap { Call.ID($0) }
    }

    var isEmpty: Bool { status == nil && agent == nil && search == nil && mode == nil }

    var cursor: CallCursor {
        if let before { return .before(before) }
        if let after { return .after(after) }
        return .newest
    }

    /// The call that was searched for by its identifier.
    var searchedCall: Call.ID? { search.flatMap { Call.ID($0) } }

    /// Nil if what is searched for can be no number.
    var searchedNumber: PhoneNumber? { search.flatMap { try? PhoneNumber(written: $0) } }

    var statuses: Set<CallStatus> {
        guard let status else { return [] }
        return StatusGroup(rawValue: status)?.statuses ?? CallStatus(rawValue: status).map { [$0] } ?? []
    }

    /// The path of the list with the same filter, at another place.
    func path(before: Call.ID? = nil, after: Call.ID? = nil) -> String {
        "/calls?"
            + FormFields.query([
                ("status", status), ("agent", agent), ("q", search), ("mode", mode?.rawValue),
                ("before", before?.description), ("after", after?.description),
            ])
    }
}
