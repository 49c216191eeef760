import Calls
import Engine
import Foundation
import Testing

@testable import WebAPI

/// One route as the access tests ask it. Every route behind a key has one: a route without fails `RouteTests`.
struct RouteCase: Sendable, CustomTestStringConvertible {
    /// As `APIServer.routes` has it.
    let route: String
    /// The one scope that opens it.
    let scope: Scope
    /// What of the first project the request is about. Its name takes the place of `$` in query and body, and of what is in braces in the
    /// path. A name of two parts, `a|b`, is two names: one for each pair of braces, the last for all else.
    let subject: Subject
    /// What the project's own key is answered.
    let status: Int
    var query = ""
    var body: String?
    var type = "application/json"
    /// The answer goes on and on: its first event is enough.
    var isEndless = false
    /// What one project got in this way, no other one can get.
    var isFirstCome = false

    init(
        _ route: String,
        _ scope: Scope,
        _ subject: Subject = .none,
        answers status: Int = 200,
        query: String = "",
        body: String? = nil,
        type: String = "application/json",
        isEndless: Bool = false,
        isFirstCome: Bool = false
    ) {
        self.route = route
        self.scope = scope
        self.subject = subject
        self.status = status
        self.query = query
        self.body = body
        self.type = type
        self.isEndless = isEndless
        self.isFirstCome = isFirstCome
    }

    var testDescription: String { route }

    var method: String { String(route.prefix { $0 != " " }) }

    /// The path and query for a subject called `name`.
    func path(_ name: String) -> String {
        let names = name.split(separator: "|", omittingEmptySubsequences: false)
        var path = String(route.drop { $0 != " " }.dropFirst())
        for name in names {
            path = path.replacing(#/\{[^}]+\}/#, with: name, maxReplacements: 1)
        }
        return query.isEmpty ? path : path + "?" + filled(query, name)
    }

    /// `text` for a subject called `name`.
    func filled(_ text: String, _ name: String) -> String {
        text.replacing("$", with: name.split(separator: "|").last ?? "")
    }

    /// `name` as the door of the route spells it.
    func spelled(_ name: String) -> String {
        guard route.contains(" /callingbox/") || route.contains(" /telzino/") else { return name }
        return name.split(separator: "|").map { part in
            let digits = part.drop { $0 != "_" }.dropFirst()
            return Call.ID("call_\(digits)")?.uuid.uuidString.lowercased() ?? String(part)
        }.joined(separator: "|")
    }
}

extension RouteCase {
    enum Subject: Sendable {
        /// The project as a whole: a stranger is answered about its own.
        case none
        /// One that is over, with a recording.
        case call
        /// The same by the name of its session.
        case session
        case waitingCall
        /// By slug, which the project of a stranger may use too.
        case agent
        /// One without calls.
        case idleAgent
        /// An agent and the version it has.
        case agentVersion
        case number
        /// An agent and a number of it.
        case attachedNumber
        /// An agent and a number that it does not have.
        case looseNumber
        case key
        case delivery
        case suppression
        case consent
        case erasure
        case endpoint
        case callingBoxEndpoint
        /// An agent and a call of it that is over.
        case callOfAgent
        /// Of a call that came through the CallingBox door.
        case callingBoxDelivery
        /// A label of the client's, which decides nothing: whoever asks acts in its own project.
        case organization
        /// A receiver that the Aitelier door speaks to.
        case aitelierEndpoint
        /// One that was made and not started.
        case batch
        case canceledBatch

        static let batchBody =
            #"{"name":"Reminders","agent":"$","paused":true,"contacts":[{"phone":"+15551230001"}]}"#

        static let consentBody =
            #"{"number":"+15551239995","text":"I agree.","source":"form","given_at":"2026-01-01T00:00:00Z"}"#

        /// A name of the same form that nothing has.
        var unknown: String {
            switch self {
            case .none: ""
            case .call, .waitingCall: "\(Call.ID(bornAt: Date()))"
            case .session: AitelierSession.id(of: Call.ID(bornAt: Date()))
            case .agent: "nobody"
            case .idleAgent: "\(Agent.ID(bornAt: Date()))"
            case .agentVersion: "\(Agent.ID(bornAt: Date()))|\(AgentState.ID(bornAt: Date()))"
            case .number: "\(OwnedNumber.ID(bornAt: Date()))"
            case .attachedNumber, .looseNumber: "\(Agent.ID(bornAt: Date()))|\(OwnedNumber.ID(bornAt: Date()))"
            case .key: "\(APIKey.ID(bornAt: Date()))"
            case .delivery, .callingBoxDelivery: "\(WebhookDelivery.ID(bornAt: Date()))"
            case .suppression: "+15551239994"
            case .consent: "\(Consent.ID(bornAt: Date()))"
            case .erasure: "\(Erasure.ID(bornAt: Date()))"
            case .aitelierEndpoint, .endpoint, .callingBoxEndpoint: "\(WebhookEndpoint.ID(bornAt: Date()))"
            case .callOfAgent: "\(Agent.ID(bornAt: Date()))|\(Call.ID(bornAt: Date()))"
            case .organization: "\(Project.ID(bornAt: Date()))"
            case .batch, .canceledBatch: "\(Batch.ID(bornAt: Date()))"
            }
        }

        /// Makes one in the first project, and returns its name.
        func make(_ server: TestServer) async throws -> String {
            switch self {
            case .none:
                return ""
            case .call:
                server.line.records(Data("RIFF".utf8))
                return try await server.completedCall()
            case .session:
                return AitelierSession.id(of: try #require(Call.ID(try await Subject.call.make(server))))
            case .waitingCall:
                return try await server.placeForTomorrow()
            case .agent:
                return "reminder"
            case .idleAgent:
                let idle = TestServer.agent.replacing("agent: reminder", with: "agent: idle")
                return "\(try await server.engine.agents.apply(idle, project: Project.first).agent.id)"
            case .agentVersion:
                let agent = try await Subject.idleAgent.make(server)
                let states = try await server.engine.agents.states(of: agent, limit: 1, project: Project.first).states
                return "\(agent)|\(try #require(states.first).version)"
            case .number:
                let made = try await server.post("/v1/numbers", #"{"number":"+15550100088"}"#)
                return try #require(try made.json["id"] as? String)
            case .looseNumber:
                return try await Subject.idleAgent.make(server) + "|" + Subject.number.make(server)
            case .attachedNumber:
                let name = try await Subject.looseNumber.make(server)
                let ids = name.split(separator: "|").map(String.init)
                let number = try #require(OwnedNumber.ID(ids[1]))
                _ = try await server.engine.numbers.attach(number, to: ids[0], project: Project.first)
                return name
            case .key:
                // No key can be rotated by one that may do less.
                let keys = server.engine.keys
                let scopes: Set<Scope> = [.keysManage]
                return "\(try await keys.create(name: "", mode: .test, scopes: scopes, project: Project.first).key.id)"
            case .suppression:
                _ = try await server.post("/v1/suppressions", #"{"number":"+15551239993"}"#)
                return "+15551239993"
            case .consent:
                let made = try await server.post("/v1/consents", Self.consentBody)
                return try #require(try made.json["id"] as? String)
            case .erasure:
                let made = try await server.post("/v1/erasures", #"{"number":"+15551239992"}"#)
                return try #require(try made.json["id"] as? String)
            case .endpoint:
                let made = try await server.post("/v1/webhooks/endpoints", #"{"url":"https://example.com/c"}"#)
                return try #require(try made.json["id"] as? String)
            case .callingBoxEndpoint:
                let made = try await server.post(
                    "/callingbox/v1/webhook_endpoints",
                    #"{"url":"https://example.com/d"}"#
                )
                return try #require(try made.json["id"] as? String)
            case .callingBoxDelivery:
                let agent = try await server.engine.agents.agent("reminder", project: Project.first)
                let body =
                    #"{"agent_id":"\#(agent.id.uuidText)","to":"+15551230001","webhook_url":"\#(server.base)/metrics"}"#
                let made = try await server.post("/callingbox/v1/calls", body)
                let id = try #require(try made.json["id"] as? String)
                let call = try #require(Call.ID(spelled: id))
                var deliveries: [WebhookDelivery] = []
                while deliveries.isEmpty {
                    deliveries = try await server.engine.webhooks.deliveries(of: call, project: Project.first)
                }
                return "\(try #require(deliveries.first).id)"
            case .callOfAgent:
                let call = try await Subject.call.make(server)
                return "\(try await server.engine.agents.agent("reminder", project: Project.first).id)|\(call)"
            case .organization:
                return "\(Project.first)"
            case .batch:
                let made = try await server.post("/v1/batches", Self.batchBody.replacing("$", with: "reminder"))
                return try #require(try made.json["id"] as? String)
            case .canceledBatch:
                let id = try await Subject.batch.make(server)
                _ = try await server.post("/v1/batches/\(id)/cancel", "")
                return id
            case .aitelierEndpoint:
                let made = try await server.post("/aitelier/v1/webhooks", #"{"url":"https://example.com/b"}"#)
                return try #require(try made.json["id"] as? String)
            case .delivery:
                let id = try await server.place(#""callback_url":"\#(server.base)/metrics""#)
                server.conversations.goOn.continuation.yield()
                let call = try #require(Call.ID(id))
                for await _ in try await server.engine.calls.events(call, after: 0, project: Project.first) {}
                // Made from the outbox, moments after the call's end.
                var made: [WebhookDelivery] = []
                while made.isEmpty {
                    made = try await server.engine.webhooks.deliveries(of: call, project: Project.first)
                }
                return "\(try #require(made.first).id)"
            }
        }
    }
}
