extension LabNumber {
    /// The digits of a lab number, without the plus: eleven, beginning with 1555.
    ///
    /// No telephone has area code 555, and no exchange code begins with 0, so that nothing dialed by mistake can ring anywhere.
    package struct Digits: Sendable, Hashable, CustomStringConvertible, ExpressibleByStringLiteral {
        package let text: String

        /// Takes `+15550100001`, `15550100001` and `+1 555 010-0001`, and what SIP puts behind a user part (`;npdi`). Nil outside +1 555.
        package init?(_ dialed: String) {
            let user = dialed.prefix { $0 != ";" && $0 != "@" }
            guard user.allSatisfy({ $0.isASCII && ($0.isNumber || " -.()+".contains($0)) }) else { return nil }
            let digits = user.filter(\.isNumber)
            guard digits.count == 11, digits.hasPrefix("1555") else { return nil }
            text = digits
        }

        /// For the numbers in our own source. Stops the program if it is none.
        package init(stringLiteral value: String) {
            guard let digits = Digits(value) else { preconditionFailure("\(value) is no lab number") }
            self = digits
        }

        /// `+15550100001`
        package var description: String { "+" + text }

        /// Three digits: which kind of number it is, as `docs/lab.md` groups them.
        package var block: String { String(text.dropFirst(4).prefix(3)) }
        /// The last four digits.
        package var line: String { String(text.suffix(4)) }
    }
}
