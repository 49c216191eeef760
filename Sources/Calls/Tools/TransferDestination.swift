/// Somewhere that an agent may hand its callee over to.
package struct TransferDestination: Sendable, Hashable, Codable {
    /// What the model calls it.
    package var name: String
    /// For the model: who is there, and when to hand over to them.
    package var description: String
    /// A number, or a SIP URI.
    package var target: String
    /// What the agent says before it hands over.
    package var say: String?

    /// The number it is, or names in its URI. Nil for an address of another kind, as an extension is.
    package var number: PhoneNumber? {
        guard let colon = target.firstIndex(of: ":") else { return PhoneNumber(target) }
        let user = target[target.index(after: colon)...].prefix { !"@;?:".contains($0) }
        // As RFC 3966 has it, with separators for the eye.
        return PhoneNumber(user.replacing("%2B", with: "+").filter { !"-.()".contains($0) })
    }

    /// How many an agent may have.
    package static let most = 16

    package init(name: String, description: String = "", target: String, say: String? = nil) {
        self.name = name
        self.description = description
        self.target = target
        self.say = say
    }

    func problems(at path: String) -> [FlowProblem] {
        var problems: [FlowProblem] = []
        if !HTTPTool.isName(name) {
            problems.append(
                FlowProblem(path: "\(path).name", message: "'\(name)' is not 1 to 64 letters, digits, '_' and '-'")
            )
        }
        if PhoneNumber(target) == nil, !Self.isURI(target) {
            problems.append(
                FlowProblem(path: "\(path).to", message: "expected a number like \"+15550100000\" or a SIP URI")
            )
        }
        problems += FlowCheck.template(description, at: "\(path).description", answers: false)
        return problems + FlowCheck.template(say ?? "", at: "\(path).say", answers: false)
    }

    /// A SIP URI that stands in angle brackets as it is: no header can be begun in it.
    private static func isURI(_ text: String) -> Bool {
        guard let scheme = ["sip:", "sips:", "tel:"].first(where: text.hasPrefix) else { return false }
        return text.utf8.count <= 256 && text.utf8.count > scheme.utf8.count
            && text.utf8.allSatisfy { (0x21..<0x7f).contains($0) && !"<>\"\\,?".utf8.contains($0) }
    }
}

/// What became of handing a callee over (RFC 3515).
package struct TransferOutcome: Sendable, Hashable, Codable {
    package enum Result: String, Sendable, Hashable, Codable, CaseIterable {
        /// The other side answered.
        case transferred
        /// The far end does not transfer, or not there; or it may not be asked for that.
        case refused
        /// It was tried, and the other side could not be reached.
        case failed
        /// It was accepted, and nothing more was heard of it.
        case unknown
    }

    package var result: Result
    /// The last SIP status that was told of it: the other side's, or the far end's own refusal.
    package var sipStatus: Int?
    /// Why nobody was asked for it. Nil if the far end was.
    package var reason: String?

    package init(_ result: Result, sipStatus: Int? = nil, reason: String? = nil) {
        self.result = result
        self.sipStatus = sipStatus
        self.reason = reason
    }
}
