import AsyncHTTPClient
import Calls
import CoreMetrics
import Dashboard
import Engine
import Foundation
import Logging
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import ServiceLifecycle
import Storage
import Testing

@testable import WebAPI

/// The API on a port of its own, over a real engine and a real store, and a client that speaks HTTP to it.
struct TestServer: Sendable {
    static let agent = """
        agent: reminder
        name: Riverside Dental
        numbers: ["+15550100000"]
        greeting: Hello.
        flow:
          start: confirm
          steps:
            confirm:
              say: Can you make it?
              answers:
                - {expect: yes, set: {confirmed: true}, end: met}
        """

    let base: String
    /// Everything that can be asked of it.
    let routes: [String]
    let secret: String
    let engine: CallEngine
    let line: ScriptedLine
    let conversations: ScriptedConversations
    let metrics: PrometheusMetrics
    let database: SQLiteDatabase
    let group: ServiceGroup

    struct Answer: Sendable {
        let status: Int
        let headers: [String: String]
        let body: Data

        var text: String { String(decoding: body, as: UTF8.self) }
        var json: NSDictionary {
            get throws { try #require(try JSONSerialization.jsonObject(with: body) as? NSDictionary, "\(text)") }
        }
        /// `error.code`
        var code: String? { (try? json)?.at("error.code") as? String }
        var message: String? { (try? json)?.at("error.message") as? String }
        var param: String? { (try? json)?.at("error.param") as? String }
    }

    /// Runs a server for as long as `body` does.
    static func run(
        heartbeat: Duration = .seconds(15),
        recordings: String? = nil,
        hasLanguageModel: Bool = false,
        goodbyeLimit: Duration = .zero,
        readiness: (@Sendable () async -> [String])? = nil,
        doors: [Door] = [],
        hosts: [String: String] = [:],
        idleTimeout: Duration? = nil,
        numberPool: [String] = [],
        withPages: Bool = false,
        publicURL: PublicURL = PublicURL(),
        now: @escaping @Sendable () -> Date = Date.stamp,
        _ body: @Sendable (TestServer) async throws -> Void
    ) async throws {
        let database = try SQLiteDatabase.inMemory()
        try await database.migrate()
        let line = ScriptedLine()
        let conversations = ScriptedConversations()
        var configuration = EngineConfiguration()
        configuration.recordingsDirectory = recordings
        configuration.lack = hasLanguageModel ? nil : .languageModel
        configuration.trunks = [ConfiguredTrunk(name: "lab", address: "sip:127.0.0.1:5070", modes: [.test])]
        configuration.numberPool = numberPool.compactMap { PhoneNumber($0) }
        configuration.webhooks.allowPrivateAddresses = true
        configuration.passwordCost = .low
        // Live calls of the test are given up with it.
        configuration.drainLimit = .zero
        configuration.goodbyeLimit = goodbyeLimit
        configuration.wrapUpDeadline = .milliseconds(10)
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let engine = CallEngine(
            database: database,
            telephone: line,
            conversations: conversations,
            configuration: configuration,
            logger: logger,
            webhookFormats: ServedDoor.webhookFormats(publicURL: PublicURL()),
            now: now
        )
        try await engine.prepare()
        var pages = Dashboard.Configuration()
        pages.labNumbers = [.init(number: "+15550100001", happens: "confirms")]
        let metrics = PrometheusMetrics()
        var api = APIServer.Configuration()
        api.port = 0
        api.hosts = hosts
        api.idleTimeout = idleTimeout ?? api.idleTimeout
        let server = APIServer(
            configuration: api,
            native: NativeDialect(engine: engine, heartbeat: heartbeat),
            doors: doors + ServedDoor.others(engine: engine, publicURL: PublicURL(nil)),
            pages: withPages ? Dashboard(engine: engine, publicURL: publicURL, configuration: pages) : nil,
            keys: engine.keys,
            rateLimits: engine.rateLimits,
            metrics: metrics,
            readiness: readiness ?? { [] },
            logger: logger
        )
        let routes = server.routes
        let ports = AsyncStream.makeStream(of: Int.self)
        let http = server.service { port in ports.continuation.yield(port) }
        let group = ServiceGroup(configuration: .init(services: [http] + engine.services, logger: logger))
        _ = try await engine.agents.apply(agent, project: Project.first)
        let (_, secret) = try await engine.keys.create(name: "tests", mode: .test, project: Project.first)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var port: Int?
            for await listening in ports.stream {
                port = listening
                break
            }
            let server = TestServer(
                base: "http://127.0.0.1:\(try #require(port))",
                routes: routes,
                secret: secret,
                engine: engine,
                line: line,
                conversations: conversations,
                metrics: metrics,
                database: database,
                group: group
            )
            var failure: (any Error)?
            do {
                try await body(server)
            } catch {
                failure = error
            }
            // Never canceled: a connection accepted in that moment would trap in SwiftNIO (apple/swift-nio issue 2637).
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            if let failure { throw failure }
        }
    }

    func request(_ method: String, _ path: String, key: String? = nil) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: base + path)
        request.method = .RAW(value: method)
        request.headers.add(name: "Authorization", value: "Bearer \(key ?? secret)")
        return request
    }

    /// Every answer is held against the document of our own API; `body` is what the request carries.
    func send(_ request: HTTPClientRequest, body sent: String? = nil) async throws -> Answer {
        let response = try await HTTPClient.shared.execute(request, deadline: .now() + .seconds(30))
        let body = Data(buffer: try await response.body.collect(upTo: 16 * 1024 * 1024))
        var headers: [String: String] = [:]
        for (name, value) in response.headers { headers[name.lowercased()] = value }
        let answer = Answer(status: Int(response.status.code), headers: headers, body: body)
        // Under another name than the server's own, another door may have answered.
        if request.headers["Host"].isEmpty { try check(answer, to: request.method.rawValue, request.url, sent: sent) }
        return answer
    }

    func get(_ path: String, key: String? = nil, headers: [String: String] = [:]) async throws -> Answer {
        var request = request("GET", path, key: key)
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        return try await send(request)
    }

    func post(
        _ path: String,
        _ body: String,
        type: String = "application/json",
        key: String? = nil,
        method: String = "POST",
        headers: [String: String] = [:]
    ) async throws -> Answer {
        var request = request(method, path, key: key)
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        request.headers.add(name: "Content-Type", value: type)
        request.body = .bytes(ByteBuffer(string: body))
        return try await send(request, body: body)
    }

    /// Places a call that is answered, and returns its id.
    func place(_ fields: String = "") async throws -> String {
        let answer = try await post(
            "/v1/calls",
            #"{"agent": "reminder", "to": "+15551230001"\#(fields.isEmpty ? "" : ", " + fields)}"#
        )
        try #require(answer.status == 201, "\(answer.text)")
        return try #require(try answer.json["id"] as? String)
    }

    /// Places a call that waits as long as any test runs, and returns its id.
    func placeForTomorrow() async throws -> String {
        try await place("\"scheduled_for\": \"\(Timestamp.text(Date(timeIntervalSinceNow: 86_400)))\"")
    }

    /// Places a call, and returns its id and its line when somebody talks on it.
    func liveCall() async throws -> (id: String, leg: ScriptedLine.Leg) {
        let id = try await place()
        for await event in try await engine.calls.events(try #require(Call.ID(id)), after: 0, project: Project.first)
        where event.kind == .said { break }
        for await leg in line.dialed.stream { return (id, leg) }
        throw CancellationError()
    }

    /// Places a call, lets the conversation take place, and returns its id when it is over.
    func completedCall() async throws -> String {
        let id = try await place()
        conversations.goOn.continuation.yield()
        let call = try #require(Call.ID(id))
        for await _ in try await engine.calls.events(call, after: 0, project: Project.first) {}
        return id
    }
}

extension NSDictionary {
    /// The value at a path of names with dots between them.
    func at(_ path: String) -> Any? {
        path.split(separator: ".").reduce(self as Any?) { value, name in (value as? NSDictionary)?[String(name)] }
    }
}
