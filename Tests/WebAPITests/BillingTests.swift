import Calls
import Engine
import Foundation
import Storage
import Testing

@testable import WebAPI

@Suite("Money over HTTP", .timeLimit(.minutes(1)))
struct BillingTests {
    private static let body = #"{"agent": "reminder", "to": "+15551230001"}"#
    /// 600 seconds at 1,400 a minute.
    private static let needed: Int64 = 14_000

    private func change(_ server: TestServer, _ change: WalletChange) async throws {
        _ = try await server.engine.wallets.update(.test, change, project: Project.first)
    }

    @Test("A call that was answered shows what was reserved, what it cost, and what is left")
    func call() async throws {
        try await TestServer.run { server in
            try await server.engine.wallets.topUp(
                Money(milliCents: 100_000),
                note: "=1+1",
                .test,
                project: Project.first
            )
            let waiting = try await server.placeForTomorrow()
            let shown = try await server.get("/v1/calls/\(waiting)").json
            #expect(shown.at("reservation.status") as? String == "reserved")
            #expect(shown.at("reservation.amount") as? String == "0.14000")
            #expect(shown.at("reservation.milli_cents") as? Int64 == Self.needed)
            #expect(shown.at("cost.billed_seconds") as? Int == 0)
            _ = try await server.post("/v1/calls/\(waiting)/cancel", "")

            let id = try await server.completedCall()
            let call = try await server.get("/v1/calls/\(id)").json
            #expect(call.at("reservation.status") as? String == "settled")
            let cost = try #require(call.at("cost.milli_cents") as? Int64)
            #expect(cost > 0)
            #expect(call.at("cost.billed_seconds") as? Int == call["duration"] as? Int)

            let wallet = try await server.get("/v1/wallet").json
            #expect(wallet["mode"] as? String == "test")
            #expect(wallet["terms"] as? String == "open")
            #expect(wallet.at("balance.milli_cents") as? Int64 == 100_000 - cost)
            #expect(wallet.at("reserved.milli_cents") as? Int64 == 0)
            #expect(wallet["daily_cap"] is NSNull)
            #expect(wallet["call_cap"] is NSNull)
            #expect(wallet["time_zone"] as? String == "GMT")

            let page = try await server.get("/v1/wallet/entries?limit=5").json
            let entries = try #require(page["data"] as? [NSDictionary])
            #expect(entries.map { $0["kind"] as? String } == ["charge", "release", "reserve", "release", "reserve"])
            #expect(entries.first?["call_id"] as? String == id)
            #expect((entries.first?["key_id"] as? String)?.hasPrefix("key_") == true)
            #expect(entries.first?["milli_cents"] as? Int64 == -cost)
            #expect(entries.first?.at("balance.milli_cents") as? Int64 == 100_000 - cost)
            #expect(page["has_more"] as? Bool == true)
            let before = try #require(page["next_before"] as? Int)
            let rest = try await server.get("/v1/wallet/entries?before=\(before)").json
            #expect((rest["data"] as? [NSDictionary])?.map { $0["note"] as? String } == ["=1+1"])
            #expect(rest["next_before"] is NSNull)
        }
    }

    @Test("Without the money a call is refused with 402 and both amounts, and placed once it is there")
    func funds() async throws {
        try await TestServer.run { server in
            try await change(server, WalletChange(terms: .prepaid))
            let headers = ["Idempotency-Key": "k"]
            let refused = try await server.post("/v1/calls", Self.body, headers: headers)
            #expect(refused.status == 402)
            #expect(refused.code == "insufficient_funds")
            #expect(try refused.json.at("error.type") as? String == "payment_required")
            #expect(
                refused.message
                    == "The call can cost up to 0.14000, which has to be reserved for it, and the balance is 0.00000"
            )
            #expect(try await server.get("/v1/calls").json["data"] as? [NSDictionary] == [])
            try await server.engine.wallets.topUp(
                Money(milliCents: Self.needed),
                note: "",
                .test,
                project: Project.first
            )
            #expect(try await server.post("/v1/calls", Self.body, headers: headers).status == 201)
            #expect(try await server.post("/v1/calls", Self.body).code == "insufficient_funds")
        }
    }

    @Test("A cap that leaves no room is named, with when there is room again")
    func caps() async throws {
        try await TestServer.run { server in
            try await change(server, WalletChange(callCap: Money(milliCents: Self.needed - 1)))
            let perCall = try await server.post("/v1/calls", Self.body)
            #expect(perCall.status == 402)
            #expect(perCall.code == "spend_cap_reached")
            #expect(perCall.message == "The call can cost up to 0.14000, and the cap for each call is 0.13999")

            try await change(server, WalletChange(callCap: .some(nil), dailyCap: Money(milliCents: Self.needed)))
            #expect(try await server.post("/v1/calls", Self.body).status == 201)
            let perDay = try await server.post("/v1/calls", Self.body)
            #expect(perDay.code == "spend_cap_reached")
            #expect(perDay.message?.contains("the cap for a day's calls is 0.14000, of which 0.14000 is spent") == true)
            #expect(perDay.message?.contains("T00:00:00.000000Z") == true)

            try await change(server, WalletChange(dailyCap: .some(nil)))
            let key = try #require(try await server.engine.keys.keys(project: Project.first).first)
            try await server.engine.wallets.setDailyCap(.zero, ofKey: key.id, project: Project.first)
            let perKey = try await server.post("/v1/calls", Self.body)
            #expect(perKey.message?.contains("a day's calls of this key") == true)
        }
    }

    @Test("A bill adds up calls by day and end reason, by agent, or by nothing, as JSON and as a table")
    func bill() async throws {
        try await TestServer.run { server in
            let id = try await server.completedCall()
            let waiting = try await server.placeForTomorrow()
            _ = try await server.post("/v1/calls/\(waiting)/cancel", "")
            let cost = try #require(try await server.get("/v1/calls/\(id)").json.at("cost.milli_cents") as? Int64)
            let total = try #require(try await server.get("/v1/calls/\(id)").json.at("cost.total") as? String)

            let bill = try await server.get("/v1/billing").json
            #expect(bill.at("total.calls") as? Int == 2)
            #expect(bill.at("total.milli_cents") as? Int64 == cost)
            #expect(bill["group_by"] as? [String] == ["day", "end_reason"])
            let lines = try #require(bill["data"] as? [NSDictionary])
            #expect(lines.map { $0["end_reason"] as? String } == ["agent_hung_up", "canceled"])
            #expect(lines.map { $0["status"] as? String } == ["completed", "canceled"])
            #expect(lines.map { $0["milli_cents"] as? Int64 } == [cost, 0])
            #expect(lines.allSatisfy { ($0["day"] as? String)?.wholeMatch(of: /\d{4}-\d\d-\d\d/) != nil })

            let byAgent = try await server.get("/v1/billing?group_by=agent").json
            let agents = try #require(byAgent["data"] as? [NSDictionary])
            #expect(agents.map { $0.at("agent.slug") as? String } == ["reminder"])
            #expect(agents.first?["day"] == nil)
            #expect(agents.first?["calls"] as? Int == 2)

            let seconds = try #require(bill.at("total.billed_seconds") as? Int)
            let csv = try await server.get("/v1/billing?group_by=end_reason&format=csv")
            #expect(csv.headers["content-type"] == "text/csv; charset=utf-8; header=present")
            #expect(csv.headers["content-disposition"]?.hasPrefix("attachment; filename=\"billing-") == true)
            #expect(
                csv.text == "end_reason,status,calls,billed_seconds,amount,milli_cents\r\n"
                    + "agent_hung_up,completed,1,\(seconds),\(total),\(cost)\r\n"
                    + "canceled,canceled,1,0,0.00000,0\r\n"
            )
            #expect(try await server.get("/v1/billing?mode=live").json.at("total.calls") as? Int == 0)
        }
    }

    @Test(
        "A query that makes no sense is refused, and the parameter named",
        arguments: [
            ("billing?from=yesterday", "from"), ("billing?to=2026-02-30", "to"),
            ("billing?from=2026-02-02&to=2026-02-01", "to"), ("billing?from=1990-01-01&to=2026-02-01", "from"),
            ("billing?group_by=day,hour", "group_by"), ("billing?group_by=", "group_by"),
            ("billing?format=xml", "format"), ("billing?mode=both", "mode"), ("billing?since=2026-01-01", "since"),
            ("wallet?mode=x", "mode"), ("wallet/entries?limit=0", "limit"), ("wallet/entries?before=0", "before"),
            ("wallet/entries?before=99999999999999999999", "before"),
        ]
    )
    func refused(path: String, parameter: String) async throws {
        try await TestServer.run { server in
            let answer = try await server.get("/v1/\(path)")
            #expect([400, 422].contains(answer.status))
            #expect(answer.param == parameter)
        }
    }

    @Test("Another project's money is its own, and a key without the scope sees none")
    func access() async throws {
        try await TestServer.run { server in
            _ = try await server.completedCall()
            let other = Project.ID(bornAt: Date())
            _ = try await ProjectStore(server.database).ensure(other, name: "Other", secret: "whsec_eA==", now: Date())
            let (_, stranger) = try await server.engine.keys.create(name: "", mode: .test, project: other)
            #expect(try await server.get("/v1/billing", key: stranger).json.at("total.calls") as? Int == 0)
            #expect(try await server.get("/v1/wallet", key: stranger).json.at("balance.milli_cents") as? Int64 == 0)
            let entries = try await server.get("/v1/wallet/entries", key: stranger).json["data"] as? [NSDictionary]
            #expect(entries == [])
            let (_, narrow) = try await server.engine.keys.create(
                name: "",
                mode: .test,
                scopes: [.outboundTrigger],
                project: Project.first
            )
            for path in ["wallet", "wallet/entries", "billing"] {
                #expect(try await server.get("/v1/\(path)", key: narrow).code == "insufficient_scope")
            }
        }
    }
}
