import Calls
import Engine
import PhoneNumbers

/// What was filled in to put numbers on the list.
struct NewSuppressionForm {
    /// As it was typed.
    var number = ""
    var reason = Suppression.Reason.calleeRequest
    var remark = ""
    /// Lines of a file, as they were pasted.
    var lines = ""
    var problems = FormProblems()
    /// Why nothing was imported.
    var importProblem: String?

    static let fields: Set<String> = ["number", "note"]

    init() {}

    init(_ fields: FormFields) {
        number = fields["number"] ?? ""
        reason = fields["reason"].flatMap(Suppression.Reason.init(rawValue:)) ?? .other
        remark = fields["note"] ?? ""
    }

    /// Throws `Refusal.invalid` if the number is none.
    func entry() throws -> SuppressionControl.Entry {
        do throws(NumberFault) {
            return SuppressionControl.Entry(
                number: try PhoneNumber(written: number),
                reason: reason,
                note: remark
            )
        } catch {
            throw Refusal.invalid(field: "number", message: error.description)
        }
    }
}

extension Suppression.Reason {
    var words: String {
        switch self {
        case .calleeRequest: "asked not to be called"
        case .complaint: "complained"
        case .registry: "in a public register"
        case .wrongNumber: "wrong number"
        case .other: "other"
        }
    }
}
