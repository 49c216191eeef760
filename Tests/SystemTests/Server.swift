import AsyncHTTPClient
import Calls
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import Testing

/// `trunkline serve` with a directory, ports and a test key of its own.
final class Server: Sendable {
    let program: Program
    let url: String
    let key: String

    /// Starts it and returns once it takes requests. `environment` adds to or replaces its settings.
    static func start(in directory: String, environment: [String: String] = [:]) async throws -> Server {
        let http = try freePort()
        var settings = [
            "TRUNKLINE_DATA_DIR": directory,
            "TRUNKLINE_HTTP_PORT": "\(http)",
            "TRUNKLINE_SIP_PORT": "\(try freePort())",
            "TRUNKLINE_LAB_PORT": "\(try freePort())",
        ]
        settings.merge(environment) { $1 }
        let (secret, status) = try await Program.run(["keys", "create", "--mode", "test"], environment: settings)
        let key = try #require(
            secret.split(whereSeparator: \.isWhitespace).last { $0.hasPrefix("sk_test_") },
            "\(secret)"
        )
        try #require(status == 0)
        let program = try Program(["serve"], environment: settings)
        try await program.read(until: "Listening")
        return Server(program: program, url: "http://127.0.0.1:\(http)", key: String(key))
    }

    private init(program: Program, url: String, key: String) {
        self.program = program
        self.url = url
        self.key = key
    }

    struct Reply: Sendable {
        let status: Int
        let headers: [String: String]
        let body: Data

        var json: JSONValue { get throws { try JSONDecoder().decode(JSONValue.self, from: body) } }
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// `key` is sent in place of the server's own; an empty one sends none.
    func request(
        _ method: String,
        _ path: String,
        json: JSONValue? = nil,
        text: (type: String, body: String)? = nil,
        key: String? = nil,
        headers: [String: String] = [:]
    ) async throws -> Reply {
        var request = HTTPClientRequest(url: url + path)
        request.method = .init(rawValue: method)
        let key = key ?? self.key
        if !key.isEmpty { request.headers.add(name: "Authorization", value: "Bearer \(key)") }
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        if let json {
            request.headers.add(name: "Content-Type", value: "application/json")
            let encoder = JSONEncoder()
            // The same request is the same bytes.
            encoder.outputFormatting = .sortedKeys
            request.body = .bytes(try encoder.encode(json))
        } else if let text {
            request.headers.add(name: "Content-Type", value: text.type)
            request.body = .bytes(ByteBuffer(string: text.body))
        }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        let body = try await response.body.collect(upTo: 64 << 20)
        return Reply(
            status: Int(response.status.code),
            headers: Dictionary(response.headers.map { ($0.name.lowercased(), $0.value) }) { first, _ in first },
            body: Data(buffer: body)
        )
    }

    /// Has the sample agent call `number`; `more` is added to the request. Returns the call's id.
    func place(to number: String, _ more: [String: JSONValue] = [:]) async throws -> String {
        var body: [String: JSONValue] = ["agent": "appointment-reminder", "to": .string(number)]
        body.merge(more) { $1 }
        let reply = try await request("POST", "/v1/calls", json: .object(body))
        try #require(reply.status == 201, "\(String(decoding: reply.body, as: UTF8.self))")
        return try #require(try reply.json["id"].text)
    }

    /// Something whenever something happens on the call, until it is over. `key` takes the place of the server's own.
    func events(of call: Call.ID, key: String? = nil) async throws -> HTTPClientResponse.Body {
        var request = HTTPClientRequest(url: url + "/v1/calls/\(call)/events")
        request.headers.add(name: "Authorization", value: "Bearer \(key ?? self.key)")
        return try await HTTPClient.shared.execute(request, timeout: .minutes(5)).body
    }

    /// Reads the call's events until it is over, and returns the call as it then is.
    func end(of call: String, key: String? = nil) async throws -> JSONValue {
        for try await _ in try await events(of: #require(Call.ID(call)), key: key) {}
        return try await self.request("GET", "/v1/calls/\(call)", key: key).json
    }

    /// Ends it politely and waits for it.
    func stop() async -> Int32 {
        program.signal(SIGTERM)
        return await program.exit()
    }
}

extension JSONValue {
    subscript(_ member: String) -> JSONValue {
        guard case .object(let members) = self else { return .null }
        return members[member] ?? .null
    }

    subscript(_ index: Int) -> JSONValue {
        guard case .array(let values) = self, values.indices.contains(index) else { return .null }
        return values[index]
    }

    var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    var number: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .number(let number): number
        default: nil
        }
    }

    /// What an object has.
    var members: [String: JSONValue] {
        get throws {
            guard case .object(let members) = self else {
                try #require(Bool(false), "expected an object, got \(self)")
                return [:]
            }
            return members
        }
    }

    var values: [JSONValue] {
        guard case .array(let values) = self else { return [] }
        return values
    }
}
