/// What a call found out of what its agent was asked to find out.
package struct CallResult: Sendable, Hashable {
    package enum Status: String, Sendable, Hashable, Codable, CaseIterable {
        /// The call goes on or, for good, there was no conversation from which to know.
        case pending
        /// A conversation was held. What it did not bring up is null.
        case completed
        /// A conversation was held and its result was lost; `error` says why.
        case failed
    }

    package var status: Status
    /// Every field of the agent's schema, null where nothing was found out or it is not of the field's type. Nil: the agent has no schema.
    package var fields: [String: JSONValue]?
    /// In plain words. Nil unless `status` is `failed`.
    package var error: String?
}

extension Call {
    /// The result by the schema that the agent had when the call was placed.
    package var result: CallResult {
        let schema = speaker.returns
        guard lifecycle.status.isFinal else {
            return CallResult(status: .pending, fields: schema?.mapValues { _ in .null })
        }
        let found = schema.map { schema in
            Dictionary(
                uniqueKeysWithValues: schema.map { name, type in
                    (name, fields[name].flatMap { $0.fits(type) ? $0 : nil } ?? .null)
                }
            )
        }
        if let resultError { return CallResult(status: .failed, fields: found, error: resultError) }
        return CallResult(status: lifecycle.status == .completed ? .completed : .pending, fields: found)
    }
}

extension JSONValue {
    /// Whether it is what a schema asks for: a type by name, or an object with a `type` as in JSON Schema. Types that nobody knows are met by
    /// anything.
    package func fits(_ type: JSONValue) -> Bool {
        switch type {
        case .string(let name): fits(typeNamed: name)
        case .array(let names): names.contains(where: fits)
        case .object(let members): members["type"].map(fits) ?? true
        case .null, .bool, .integer, .number: true
        }
    }

    private func fits(typeNamed name: String) -> Bool {
        switch (name, self) {
        case ("boolean", .bool), ("string", .string), ("number", .integer), ("number", .number), ("integer", .integer),
            ("array", .array), ("object", .object), ("null", .null):
            true
        case ("boolean", _), ("string", _), ("number", _), ("integer", _), ("array", _), ("object", _), ("null", _):
            false
        default: true
        }
    }
}
