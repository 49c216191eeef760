/// Which numbers the lab has.
///
/// | block | |
/// |---|---|
/// | +1 555 010 | people |
/// | +1 555 020 | calls that are not answered; the last three digits are the SIP status |
/// | +1 555 030 | machines |
/// | +1 555 040 | lines that sound or behave oddly |
package struct NumberPlan: Sendable {
    private let numbers: [LabNumber.Digits: LabNumber]

    /// The lab's own numbers, `persons` on theirs, and `others`. Each takes the place of what the lab has on that number.
    package init(persons: [PersonScript] = [], others: [LabNumber] = []) {
        let all =
            PersonScript.standard.map(LabNumber.init) + Self.unanswered + Self.machines + Self.lines
            + persons.map(LabNumber.init) + others
        numbers = Dictionary(all.map { ($0.digits, $0) }) { _, last in last }
    }

    /// What happens when `dialed` is. Unknown numbers are not in service, in the lab and everywhere else.
    package func number(for dialed: String) -> LabNumber {
        guard let digits = LabNumber.Digits(dialed) else { return Self.notInService("00000000000") }
        return numbers[digits] ?? Self.statusNumber(digits) ?? Self.notInService(digits.text)
    }

    /// Every number with a behaviour of its own, in order. The numbers that are a SIP status are shown by one of each kind.
    package var table: [LabNumber] {
        numbers.values.sorted { $0.digits.text < $1.digits.text }
    }

    private static func notInService(_ digits: String) -> LabNumber {
        let refusal = SIPRefusal(status: 404, phrase: "Not Found", q850: 1)
        return LabNumber(.init(digits) ?? "+15550200404", "not in the lab", .refuses(refusal, ringing: nil))
    }

    /// +1 555 020 0SSS refuses with status SSS at once, +1 555 020 1SSS after ringing for a second.
    private static func statusNumber(_ digits: LabNumber.Digits) -> LabNumber? {
        guard digits.block == "020", let line = Int(digits.line), let refusal = SIPRefusal(status: line % 1000) else {
            return nil
        }
        switch line / 1000 {
        case 0: return LabNumber(digits, "\(refusal.status) at once", .refuses(refusal, ringing: nil))
        case 1: return LabNumber(digits, "\(refusal.status) after ringing", .refuses(refusal, ringing: 1000))
        default: return nil
        }
    }
}

extension LabNumber {
    package init(person script: PersonScript) {
        self.init(script.number, script.name, .answers(ringing: script.rings)) { random in
            Person(script: script, random: random)
        }
    }
}
