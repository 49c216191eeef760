import Calls
import Foundation
import Storage
import Testing

@testable import Engine

@Suite("Webhook endpoints", .timeLimit(.minutes(1)))
struct EndpointTests {
    private func url(_ port: Int, _ path: String) -> String { "http://127.0.0.1:\(port)/\(path)" }

    private func endpoint(
        _ bench: Workbench,
        _ url: String,
        events: [String]? = nil,
        project: Project.ID = Project.first
    ) async throws -> (endpoint: WebhookEndpoint, secret: String) {
        try await bench.engine.webhooks.createEndpoint(
            WebhookControl.NewEndpoint(door: "native", url: url, events: events),
            project: project
        )
    }

    private func deliveries(_ bench: Workbench, _ endpoint: WebhookEndpoint) async throws -> [WebhookDelivery] {
        try await bench.engine.webhooks.deliveries(
            DeliveryFilter(endpoint: endpoint.id),
            limit: 200,
            project: Project.first
        ).deliveries
    }

    /// Those to `endpoint`, once `count` of them have come to an end.
    private func ended(
        _ count: Int,
        _ bench: Workbench,
        _ endpoint: WebhookEndpoint
    ) async throws -> [WebhookDelivery] {
        try await bench.database.commits.until {
            try await deliveries(bench, endpoint).count { $0.status != .pending } >= count
        }
        return try await deliveries(bench, endpoint)
    }

    private func now(_ bench: Workbench, _ endpoint: WebhookEndpoint) async throws -> WebhookEndpoint {
        try await bench.engine.webhooks.endpoint(endpoint.id, project: Project.first)
    }

    @Test("Each endpoint gets the types it chose, signed with its own secret, beside the URL of the call")
    func chosen() async throws {
        let receiver = WebhookReceiver()
        try await receiver.serve { port in
            try await Workbench(network: ScriptedNetwork(.busy)).run { bench in
                let (ends, secret) = try await endpoint(bench, url(port, "ends"), events: ["call.ended", "call.ended"])
                let (all, _) = try await endpoint(bench, url(port, "all"))
                #expect(ends.events == ["call.ended"])
                #expect(all.events == ["*"])
                let call = try await bench.place { $0.callbackURL = url(port, "inline") }
                let told = try await ended(1, bench, ends)
                #expect(told.map(\.type) == ["call.ended"])
                _ = try await ended(6, bench, all)
                let types = try await deliveries(bench, all).map(\.type)
                #expect(types.count { $0 == "call.status" } == 5)
                #expect(types.count { $0 == "call.ended" } == 1)
                #expect(try await bench.delivered(8, call.id).count { $0.endpoint == nil } == 1)

                var paths: [String: [WebhookReceiver.Request]] = [:]
                for await request in receiver.requests.stream {
                    paths[request.path, default: []].append(request)
                    if paths.values.reduce(0, { $0 + $1.count }) == 8 { break }
                }
                #expect(paths.mapValues(\.count) == ["/ends": 1, "/all": 6, "/inline": 1])
                let request = try #require(paths["/ends"]?.first)
                let timestamp = try #require(request.headers["webhook-timestamp"].flatMap(Int64.init))
                #expect(
                    try request.headers["webhook-signature"]
                        == WebhookSignature.standard(
                            id: "\(told[0].id)",
                            timestamp: timestamp,
                            body: request.body,
                            secret: secret
                        )
                )
                let statuses = paths["/all"]?.compactMap { $0.body.firstMatch(of: /"status":"([a-z_]+)"/)?.1 }
                #expect(statuses == ["queued", "dispatching", "dialing", "ringing", "busy", "busy"], "In order")
            }
        }
    }

    @Test("A project's endpoints hear nothing of another's calls, and nobody else sees or changes them")
    func projects() async throws {
        try await Workbench(network: ScriptedNetwork(.busy)).run { bench in
            let stranger = Project.ID(bornAt: .stamp())
            _ = try await ProjectStore(bench.database).ensure(
                stranger,
                name: "Stranger",
                secret: WebhookSignature.makeSecret(),
                now: .stamp()
            )
            let (other, _) = try await endpoint(bench, "http://127.0.0.1:9/other", project: stranger)
            let (own, _) = try await endpoint(bench, "http://127.0.0.1:9/own")
            let call = try await bench.place()
            _ = try await bench.delivered(6, call.id)
            #expect(try await deliveries(bench, own).count == 6)
            let theirs = try await bench.engine.webhooks.deliveries(DeliveryFilter(), limit: 10, project: stranger)
            #expect(theirs.deliveries.isEmpty)
            let webhooks = bench.engine.webhooks
            let message = try #require(try await deliveries(bench, own).first).id
            await #expect(throws: Refusal.unknownEndpoint) {
                try await webhooks.endpoint(other.id, project: Project.first)
            }
            await #expect(throws: Refusal.unknownEndpoint) {
                try await webhooks.updateEndpoint(other.id, .init(isEnabled: false), project: Project.first)
            }
            await #expect(throws: Refusal.unknownEndpoint) {
                try await webhooks.rotateSecret(of: other.id, project: Project.first)
            }
            await #expect(throws: Refusal.unknownEndpoint) {
                try await webhooks.deleteEndpoint(other.id, project: Project.first)
            }
            await #expect(throws: Refusal.unknownDelivery) {
                try await webhooks.redeliver(message, project: stranger)
            }
            #expect(try await webhooks.endpoints(project: Project.first).map(\.id) == [own.id])
            #expect(try await webhooks.endpoints(door: "elsewhere", project: Project.first).isEmpty)
            await #expect(throws: Refusal.unknownEndpoint) {
                try await webhooks.endpoint(own.id, door: "elsewhere", project: Project.first)
            }
        }
    }

    @Test("An endpoint is told of what happens while it is on: nothing from before, nothing from while it was off")
    func since() async throws {
        let receiver = WebhookReceiver()
        try await receiver.serve { port in
            try await Workbench(network: ScriptedNetwork(.busy)).run { bench in
                let webhooks = bench.engine.webhooks
                let before = try await bench.place()
                _ = try await bench.ended(before.id)
                let (one, _) = try await endpoint(bench, url(port, "one"), events: ["call.ended"])
                let during = try await bench.place()
                _ = try await ended(1, bench, one)
                let off = try await webhooks.updateEndpoint(one.id, .init(isEnabled: false), project: Project.first)
                #expect(off.disabled?.reason == .byRequest)
                let missed = try await bench.place()
                _ = try await bench.ended(missed.id)
                let on = try await webhooks.updateEndpoint(one.id, .init(isEnabled: true), project: Project.first)
                #expect(on.disabled == nil)
                let after = try await bench.place()
                let told = try await ended(2, bench, one)
                #expect(Set(told.compactMap(\.call)) == [during.id, after.id])
            }
        }
    }

    @Test("Messages given up in a row switch an endpoint off; enabled again, it starts anew and gets what waited")
    func disabled() async throws {
        let answers = Array(repeating: WebhookReceiver.Answer(status: 500), count: 5)
        let receiver = WebhookReceiver(answers: answers)
        let policy = WebhookPolicy(schedule: [], disableAfter: 3)
        try await receiver.serve { port in
            let bench = try await Workbench(
                network: ScriptedNetwork(.busy),
                webhooks: PlainWebhook(policy: policy)
            )
            try await bench.run { bench in
                let webhooks = bench.engine.webhooks
                let (one, _) = try await endpoint(bench, url(port, "one"), events: ["call.ended"])
                for count in 1...2 {
                    let call = try await bench.place()
                    _ = try await ended(count, bench, one)
                    #expect(try await now(bench, one).failures == count)
                    #expect(try await now(bench, one).disabled == nil, "\(call.id)")
                }
                _ = try await bench.place()
                try await bench.database.commits.until { try await now(bench, one).disabled != nil }
                #expect(try await now(bench, one).disabled?.reason == .tooManyFailures)
                #expect(try await now(bench, one).failures == 3)

                let first = try #require(try await deliveries(bench, one).last)
                let waiting = try await webhooks.redeliver(first.id, project: Project.first)
                #expect(waiting.status == .pending)
                #expect(waiting.manualRetries == 1)
                let on = try await webhooks.updateEndpoint(one.id, .init(isEnabled: true), project: Project.first)
                #expect(on.failures == 0)
                _ = try await ended(3, bench, one)
                #expect(try await now(bench, one).failures == 1, "It was sent, in vain, as soon as that was possible")
                _ = try await webhooks.redeliver(first.id, project: Project.first)
                _ = try await ended(3, bench, one)
                _ = try await webhooks.redeliver(first.id, project: Project.first)
                try await bench.database.commits.until {
                    try await webhooks.delivery(first.id, project: Project.first).status == .delivered
                }
                #expect(try await webhooks.delivery(first.id, project: Project.first).manualRetries == 3)
                #expect(try await now(bench, one).failures == 0)
            }
        }
    }

    @Test("410 switches an endpoint off at once")
    func gone() async throws {
        let receiver = WebhookReceiver(answers: [.init(status: 410)])
        try await receiver.serve { port in
            try await Workbench(network: ScriptedNetwork(.busy)).run { bench in
                let (one, _) = try await endpoint(bench, url(port, "one"), events: ["call.ended"])
                _ = try await bench.place()
                let told = try await ended(1, bench, one)
                #expect(told.map(\.status) == [.exhausted])
                #expect(told.map(\.lastError) == ["The receiver answered 410"])
                #expect(try await now(bench, one).disabled?.reason == .gone)
            }
        }
    }

    @Test("After a rotation both secrets sign for the time asked, then the new one alone")
    func rotation() async throws {
        let receiver = WebhookReceiver()
        try await receiver.serve { port in
            try await Workbench(network: ScriptedNetwork(.busy)).run { bench in
                let webhooks = bench.engine.webhooks
                let (one, old) = try await endpoint(bench, url(port, "one"), events: ["call.ended"])
                let (_, new) = try await webhooks.rotateSecret(of: one.id, grace: .seconds(60), project: Project.first)
                #expect(new != old)
                func signatures(
                    _ request: WebhookReceiver.Request?
                ) throws -> (found: [String], expected: [String]) {
                    let request = try #require(request)
                    let timestamp = try #require(request.headers["webhook-timestamp"].flatMap(Int64.init))
                    let id = try #require(request.headers["webhook-id"])
                    let expected = try [new, old].map { secret in
                        try WebhookSignature.standard(id: id, timestamp: timestamp, body: request.body, secret: secret)
                    }
                    let found = request.headers["webhook-signature"]?.split(separator: " ").map(String.init) ?? []
                    return (found, expected)
                }
                _ = try await bench.place()
                let during = try signatures(await receiver.next())
                #expect(during.found == during.expected)
                bench.clock.advance(by: .seconds(60))
                _ = try await bench.place()
                let after = try signatures(await receiver.next())
                #expect(after.found == [after.expected[0]])
            }
        }
    }

    @Test("A removed endpoint gets nothing more, and its log stays; a changed URL counts for what waits")
    func removed() async throws {
        let receiver = WebhookReceiver(answers: [.init(status: 500), .init(status: 500)])
        try await receiver.serve { port in
            try await Workbench(network: ScriptedNetwork(.busy)).run { bench in
                let webhooks = bench.engine.webhooks
                let (one, _) = try await endpoint(bench, url(port, "one"), events: ["call.ended"])
                let (two, _) = try await endpoint(bench, url(port, "wrong"), events: ["call.ended"])
                _ = try await bench.place()
                for endpoint in [one, two] {
                    try await bench.database.commits.until {
                        try await deliveries(bench, endpoint).contains { $0.lastStatus == 500 }
                    }
                }
                _ = try await webhooks.updateEndpoint(two.id, .init(url: url(port, "right")), project: Project.first)
                try await webhooks.deleteEndpoint(one.id, project: Project.first)
                #expect(try await deliveries(bench, one).map(\.status) == [.exhausted])
                #expect(try await deliveries(bench, one).map(\.lastError) == ["The endpoint was removed"])
                await bench.poll()
                bench.clock.advance(by: .seconds(6))
                let told = try await ended(1, bench, two)
                #expect(told.map(\.url) == [url(port, "right")])
                let again = try await webhooks.redeliver(
                    try #require(try await deliveries(bench, one).first).id,
                    project: Project.first
                )
                try await bench.database.commits.until {
                    try await webhooks.delivery(again.id, project: Project.first).status == .exhausted
                }
            }
        }
    }

    @Test("An endpoint that hangs delays no other, not even on the same host")
    func hanging() async throws {
        let receiver = WebhookReceiver()
        try await receiver.serve { port in
            try await Workbench(network: ScriptedNetwork(.busy)).run { bench in
                let (bad, _) = try await endpoint(bench, url(port, "hang"))
                let (good, _) = try await endpoint(bench, url(port, "good"))
                for _ in 0..<5 { _ = try await bench.place() }
                // Time stands still: whatever waits for the one that hangs waits for ever.
                let told = try await ended(30, bench, good)
                #expect(told.allSatisfy { $0.status == .delivered })
                #expect(try await deliveries(bench, bad).allSatisfy { $0.status == .pending })
                #expect(bench.clock.date == ManualClock.noon)
            }
        }
    }

    @Test(
        "What cannot be an endpoint is refused with the reason",
        arguments: [
            ("http://example.com/", "url"), ("https://127.0.0.1/", "url"), ("https://[::1]/", "url"),
            ("https://169.254.169.254/latest", "url"), ("https://user:pass@example.com/", "url"),
            ("https://intranet/", "url"), ("nonsense", "url"), ("", "url"),
        ]
    )
    func addresses(url: String, field: String) async throws {
        let bench = try await Workbench { $0.webhooks.allowPrivateAddresses = false }
        do {
            _ = try await endpoint(bench, url)
            Issue.record("\(url) was accepted")
        } catch Refusal.invalid(let named, _) {
            #expect(named == field)
        }
        let (good, _) = try await endpoint(bench, "https://hooks.example.com/a")
        await #expect(throws: Refusal.self) {
            try await bench.engine.webhooks.updateEndpoint(good.id, .init(url: url), project: Project.first)
        }
    }

    @Test("Unknown types, no types, unknown doors and too many endpoints are refused")
    func limits() async throws {
        let bench = try await Workbench { $0.webhooks.endpointLimit = 2 }
        let url = "http://127.0.0.1:9/"
        await #expect(throws: Refusal.self) { try await endpoint(bench, url, events: ["call.exploded"]) }
        await #expect(throws: Refusal.self) { try await endpoint(bench, url, events: []) }
        await #expect(throws: Refusal.self) {
            let new = WebhookControl.NewEndpoint(door: "nobody", url: url)
            return try await bench.engine.webhooks.createEndpoint(new, project: Project.first)
        }
        for _ in 0..<2 { _ = try await endpoint(bench, url) }
        await #expect(throws: Refusal.self) { try await endpoint(bench, url) }
    }

    @Test("Whether the end reached the URL of a call is told for a whole page of calls")
    func standing() async throws {
        let receiver = WebhookReceiver(answers: [.init(status: 500)])
        try await receiver.serve { port in
            let webhooks = PlainWebhook(policy: WebhookPolicy(schedule: []))
            try await Workbench(network: ScriptedNetwork(.busy), webhooks: webhooks).run { bench in
                let webhooks = bench.engine.webhooks
                let failed = try await bench.place { $0.callbackURL = url(port, "hook") }
                try await bench.database.commits.until {
                    try await webhooks.standing(of: try await bench.call(failed.id))
                        == .failed(
                            "The receiver answered 500"
                        )
                }
                let taken = try await bench.place { $0.callbackURL = url(port, "hook") }
                try await bench.database.commits.until {
                    try await webhooks.standing(of: try await bench.call(taken.id)) == .delivered
                }
                let untold = try await bench.place()
                _ = try await bench.ended(untold.id)
                let waiting = try await bench.place {
                    $0.callbackURL = url(port, "hook")
                    $0.scheduledFor = ManualClock.noon + 3600
                }
                var page: [Call] = []
                for call in [failed, taken, untold, waiting] { page.append(try await bench.call(call.id)) }
                let standings = try await webhooks.standings(of: page)
                #expect(
                    page.map { standings[$0.id] } == [
                        .failed("The receiver answered 500"), .delivered, WebhookStanding.none, .pending,
                    ]
                )
            }
        }
    }
}
