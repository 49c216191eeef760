package import FoundationEssentials

/// Something the agent was told while the call was live.
package struct ContextNote: Sendable, Hashable, Codable {
    package var at: Date
    /// For an agent that reads. A flow cannot; it is kept all the same. Nil if only values were given.
    package var text: String?
    /// Values of placeholders from now on.
    package var variables: [String: JSONValue]

    package init(at: Date, text: String?, variables: [String: JSONValue]) {
        self.at = at
        self.text = text
        self.variables = variables
    }
}
