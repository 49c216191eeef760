import AsyncHTTPClient
import Calls
import Engine
import Foundation
import NIOCore
import NIOHTTP1
import Testing

@testable import WebAPI

extension TestServer {
    /// The sample agent, as the vendor spells it.
    var telzinoAgent: String {
        get async throws {
            try await engine.agents.agent("reminder", project: Project.first).id.uuid.uuidString.lowercased()
        }
    }

    func telzino(_ agent: String, _ body: String) async throws -> Answer {
        try await post("/telzino/v1/agents/\(agent)/outbound-calls", body)
    }

    func token(
        _ body: String,
        type: String = "application/json",
        authorization: String? = nil
    ) async throws -> Answer {
        var request = request("POST", "/telzino/oauth/token")
        request.headers.remove(name: "Authorization")
        if let authorization { request.headers.add(name: "Authorization", value: authorization) }
        request.headers.add(name: "Content-Type", value: type)
        request.body = .bytes(.init(string: body))
        return try await send(request)
    }
}
