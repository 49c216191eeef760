import Calls

extension Agent {
    /// The members of the agent's document that say what it may ask of other servers, and where it may hand over to.
    var toolDocument: [String: JSONValue] {
        var members: [String: JSONValue] = [:]
        if !tools.isEmpty { members["tools"] = .array(tools.map(\.document)) }
        if !toolServers.isEmpty { members["mcp"] = .array(toolServers.map(\.document)) }
        if !transfers.isEmpty { members["transfers"] = .array(transfers.map(\.document)) }
        members["prefetch"] = prefetch?.document
        return members
    }
}

extension HTTPTool {
    fileprivate var document: JSONValue {
        var members = request.members
        members["name"] = .string(name)
        members["description"] = .string(description)
        members["parameters"] = parameters
        members["timeout_ms"] = .integer(Int64(timeout))
        members["say"] = say.map(JSONValue.string)
        return .object(members)
    }
}

extension ToolServer {
    fileprivate var document: JSONValue {
        var members = request.members
        members["method"] = nil
        members["name"] = .string(name)
        members["tools"] = .array(tools.map(JSONValue.string))
        members["timeout_ms"] = .integer(Int64(timeout))
        members["say"] = say.map(JSONValue.string)
        return .object(members)
    }
}

extension TransferDestination {
    fileprivate var document: JSONValue {
        var members: [String: JSONValue] = ["name": .string(name), "to": .string(target)]
        if !description.isEmpty { members["description"] = .string(description) }
        members["say"] = say.map(JSONValue.string)
        return .object(members)
    }
}

extension Prefetch {
    fileprivate var document: JSONValue {
        var members = request.members
        members["timeout_ms"] = .integer(Int64(timeout))
        members["on_failure"] = .string(onFailure.rawValue)
        if !gives.isEmpty { members["gives"] = .array(gives.map(JSONValue.string)) }
        return .object(members)
    }
}

extension RequestTemplate {
    fileprivate var members: [String: JSONValue] {
        var members: [String: JSONValue] = ["method": .string(method.rawValue), "url": .string(url)]
        if !headers.isEmpty { members["headers"] = .object(headers.mapValues(JSONValue.string)) }
        members["body"] = body
        return members
    }
}
