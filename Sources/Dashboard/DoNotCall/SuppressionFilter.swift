import Calls
import PhoneNumbers

/// What the do-not-call list was asked for.
struct SuppressionFilter {
    let scope: Suppression.Scope
    /// As it was typed.
    let search: String?
    let after: PhoneNumber?

    init(_ query: FormFields) {
        scope = query["scope"].flatMap(Suppression.Scope.init(rawValue:)) ?? .project
        search = query["q"]
        after = query["after"].flatMap { PhoneNumber($0) }
    }

    /// The whole number that is searched for, however it was written. Nil if it is none, or only its beginning.
    var number: PhoneNumber? { search.flatMap { try? PhoneNumber(written: $0) } }

    /// How the numbers begin that are searched for. Nil if nothing is, or what was typed can begin no number.
    var beginning: NumberBeginning? {
        guard let search else { return nil }
        if let number { return NumberBeginning(number.description) }
        let digits = search.filter { $0.isASCII && $0.isNumber }
        let others = search.filter { !($0.isASCII && $0.isNumber) && !" +-().".contains($0) }
        return digits.isEmpty || !others.isEmpty ? nil : NumberBeginning("+" + digits)
    }

    /// The path of the list with the same filter, behind `after`.
    func path(after: PhoneNumber? = nil) -> String {
        let fields = FormFields.query([
            ("scope", scope == .project ? nil : scope.rawValue), ("q", search), ("after", after?.description),
        ])
        return fields.isEmpty ? "/do-not-call" : "/do-not-call?" + fields
    }
}
