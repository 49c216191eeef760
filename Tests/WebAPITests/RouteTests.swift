import AsyncHTTPClient
import Calls
import Engine
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import Storage
import Testing

@testable import WebAPI

@Suite("Every route", .timeLimit(.minutes(5)))
struct RouteTests {
    @Test("is in the table of these tests, with the scope it needs")
    func listed() async throws {
        try await TestServer.run { server in
            let known = Set(RouteCase.all.map(\.route)).union(RouteCase.open)
            let missing = Set(server.routes).subtracting(known).sorted()
            #expect(missing.isEmpty, "Add them to RouteCase.all; to RouteCase.open only if they need no key")
            #expect(known.subtracting(server.routes).isEmpty, "These routes are gone")
        }
    }

    @Test(
        "is closed to whoever has no key, or one without the scope, or another project's, and that scope alone opens it",
        arguments: RouteCase.all
    )
    func access(route: RouteCase) async throws {
        try await withTwoProjects { server, stranger in
            let name = route.spelled(try await route.subject.make(server))
            let others = try await server.key(with: Scope.all.subtracting([route.scope]))
            let before = try await server.snapshot(of: Project.first)
            try await expectClosed(route, about: name, to: others, on: server)
            if !route.isFirstCome { try await expectIsolated(route, about: name, from: stranger, on: server) }
            #expect(try await server.snapshot(of: Project.first) == before, "Nothing has changed")

            let fit = try await server.ask(route, about: name, key: try await server.key(with: [route.scope]))
            #expect(fit.status == route.status, "\(fit.text)")
            guard route.isFirstCome else { return }
            let after = try await server.snapshot(of: Project.first)
            try await expectIsolated(route, about: name, from: stranger, on: server)
            #expect(try await server.snapshot(of: Project.first) == after, "Nothing has changed")
        }
    }

    /// Without a key, with one that is none, and with `others`, which has every scope but the route's, nothing is told.
    private func expectClosed(
        _ route: RouteCase,
        about name: String,
        to others: String,
        on server: TestServer
    ) async throws {
        #expect(try await server.ask(route, about: name, key: nil).status == 401)
        #expect(try await server.ask(route, about: name, key: "sk_test_nonsense").status == 401)
        let refused = try await server.ask(route, about: name, key: others)
        #expect(refused.status == 403)
        #expect(refused.text.contains(route.scope.rawValue), "It says what is missing")
        let unknown = try await server.ask(route, about: route.spelled(route.subject.unknown), key: others)
        #expect(unknown.status == 403, "Before anything is looked up")
    }

    /// `stranger`, the key of another project, is shown nothing of this one, not even that there is one.
    private func expectIsolated(
        _ route: RouteCase,
        about name: String,
        from stranger: String,
        on server: TestServer
    ) async throws {
        let answer = try await server.ask(route, about: name, key: stranger)
        if route.isFirstCome {
            // What there was of it the first project has.
            #expect((400..<500).contains(answer.status), "\(answer.text)")
        } else if route.subject == .none || route.subject == .organization {
            #expect(answer.status == route.status || answer.status < 400, "\(answer.text)")
        } else {
            #expect(answer.status == 404, "\(answer.text)")
            let unknown = route.spelled(route.subject.unknown)
            let nothing = try await server.ask(route, about: unknown, key: stranger)
            #expect(nothing.status == 404)
            #expect(answer.timeless(name) == nothing.timeless(unknown))
        }
        let told = answer.timeless(name)
        for secret in try await server.identifiers(of: Project.first) {
            #expect(!told.contains(secret), "\(answer.text)")
        }
    }

    /// A server with two projects, each with an agent and a call of its own, and the secret of the second one's key.
    private func withTwoProjects(_ body: @Sendable (TestServer, String) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory
            .appendingPathComponent("trunkline-routes-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await TestServer.run(recordings: directory, numberPool: ["+15550100066"]) { server in
            let project = try await ProjectControl(store: ProjectStore(server.database)).create(name: "Second")
            let agent = TestServer.agent.replacing("agent: reminder", with: "agent: second")
            _ = try await server.engine.agents.apply(agent, project: project.id)
            let (_, secret) = try await server.engine.keys.create(name: "", mode: .test, project: project.id)
            let tomorrow = Timestamp.text(Date(timeIntervalSinceNow: 86_400))
            let call = #"{"agent":"second","to":"+15551230001","scheduled_for":"\#(tomorrow)"}"#
            try #require(try await server.post("/v1/calls", call, key: secret).status == 201)
            _ = try await server.placeForTomorrow()
            try await body(server, secret)
        }
    }
}

extension TestServer.Answer {
    /// What it says, but for `name`, the time and the request's own id.
    fileprivate func timeless(_ name: String) -> String {
        name.split(separator: "|").reduce(text) { $0.replacing($1, with: "$") }
            .replacing(/req_[0-9a-z]+|\d{4}-\d\d-\d\dT[0-9:.]+Z/, with: "")
    }
}

extension TestServer {
    /// Sends the request of `route`. Of an endless answer only the beginning is read.
    fileprivate func ask(_ route: RouteCase, about name: String, key: String?) async throws -> Answer {
        var request = request(route.method, route.path(name), key: key)
        if key == nil { request.headers.remove(name: "Authorization") }
        if let body = route.body {
            request.headers.add(
                name: "Content-Type",
                value: route.type
            )
            request.body = .bytes(ByteBuffer(string: route.filled(body, name)))
        }
        guard route.isEndless else { return try await send(request) }
        let response = try await HTTPClient.shared.execute(request, deadline: .now() + .seconds(30))
        var text = ""
        for try await part in response.body {
            text += String(buffer: part)
            if text.contains("\ndata: ") && text.hasSuffix("\n\n") { break }
        }
        return Answer(status: Int(response.status.code), headers: [:], body: Data(text.utf8))
    }

    /// The secret of a new key of the first project.
    fileprivate func key(with scopes: Set<Scope>) async throws -> String {
        try await engine.keys.create(name: "", mode: .test, scopes: scopes, project: Project.first).secret
    }

    /// Every row that is a project's, as text. Its deliveries are left out: the sender is at work on them.
    fileprivate func snapshot(of project: Project.ID) async throws -> Set<String> {
        var rows: Set<String> = []
        for table in try await tables() where table != "webhook_deliveries" && table != "api_keys" {
            rows.formUnion(
                try await texts("SELECT json_array(\(try await columns(of: table))) AS text FROM \(table)", project)
            )
        }
        // When a key was used last is stored later.
        return rows.union(try await texts("SELECT hash || COALESCE(revoked_at, '') AS text FROM api_keys", project))
    }

    /// The digits of every identifier that is a project's, in all spellings.
    fileprivate func identifiers(of project: Project.ID) async throws -> Set<String> {
        var found: Set<String> = []
        for table in try await tables() where try await columns(of: table).split(separator: ",").contains("id") {
            for text in try await texts("SELECT id AS text FROM \(table)", project) {
                guard let uuid = UUID(uuidString: text) else { continue }
                found.formUnion([text, String("\(Identifier<Call>(uuid))".dropFirst("call_".count))])
            }
        }
        return found
    }

    private func tables() async throws -> [String] {
        try await database.read { db in
            try db.run(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%project %REFERENCES projects%'"
            )
            .map { try $0["name"] }
        }
    }

    private func columns(of table: String) async throws -> String {
        try await database.read { db in
            try db.run(SQL(stringLiteral: "SELECT name FROM pragma_table_info('\(table)')"))
                .map { try $0["name", as: String.self] }.joined(separator: ",")
        }
    }

    private func texts(_ statement: String, _ project: Project.ID) async throws -> [String] {
        try await database.read { db in
            try db.run(SQL(stringLiteral: "\(statement) WHERE project = '\(project.uuid.uuidString.lowercased())'"))
                .map { try $0["text"] }
        }
    }
}
