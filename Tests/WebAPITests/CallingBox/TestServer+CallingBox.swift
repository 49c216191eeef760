import Calls
import Engine
import Foundation
import Testing

@testable import WebAPI

extension TestServer {
    /// Asks the CallingBox door.
    func box(
        _ method: String,
        _ path: String,
        _ body: String? = nil,
        key: String? = nil,
        headers: [String: String] = [:]
    ) async throws -> Answer {
        if let body {
            return try await post("/callingbox" + path, body, key: key, method: method, headers: headers)
        }
        return try await send(request(method, "/callingbox" + path, key: key))
    }

    /// Makes an agent that goes by instructions; `members` adds to it. It has the number of the sample agent unless it is to have none.
    func boxAgent(
        _ members: String = #""type": "outbound""#,
        name: String = "Ada",
        numbers: Bool = true
    ) async throws -> (id: String, json: NSDictionary) {
        let owned = try await box("GET", "/v1/numbers").list
        let number = try #require(owned.first { $0["e164"] as? String == "+15550100000" }?["id"] as? String)
        let answer = try await box(
            "POST",
            "/v1/agents",
            """
            {"name": "\(name)", \(members), "persona": "You are Ada.", "instructions": "Ask for the time.",
             "number_ids": [\(numbers && members.contains("outbound") ? "\"\(number)\"" : "")]}
            """
        )
        try #require(answer.status == 201, "\(answer.text)")
        return (try #require(try answer.json["id"] as? String), try answer.json)
    }

    /// Lets the conversation of the call take place, and waits for its end.
    func boxEnd(of id: String) async throws {
        conversations.goOn.continuation.yield()
        let call = try #require(UUID(uuidString: id).map { Call.ID($0) })
        for await _ in try await engine.calls.events(call, after: 0, project: Project.first) {}
    }
}

extension TestServer.Answer {
    /// The body as an array of objects.
    var list: [NSDictionary] {
        get throws { try #require(try JSONSerialization.jsonObject(with: body) as? [NSDictionary], "\(text)") }
    }
}
