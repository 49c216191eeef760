import Calls
import Engine
import Foundation
import Storage
import Testing

@testable import WebAPI

@Suite("Live, usage and colours at the pages", .timeLimit(.minutes(1)))
struct OverviewPageTests {
    @Test("Every call in progress is on one page, with what is said on it as it is said, and goes when it is over")
    func live() async throws {
        try await TestServer.run(withPages: true) { server in
            let editor = try await Visitor.signedIn(.editor, at: server)
            #expect(try await editor.get("/live").text.contains("Nobody is on the line"))
            var told = ""
            var (call, hasSpoken) = ("", false)
            for try await part in try await editor.stream("/live/changes") {
                told += part
                if call.isEmpty { call = try await server.place() }
                if told.contains("id=\\\"\(call)-line-agent-"), !hasSpoken {
                    hasSpoken = true
                    let page = try await editor.get("/live").text
                    #expect(page.contains("id=\"card-\(call)\""))
                    #expect(page.contains("data-listen=\"/calls/\(call)/audio\""))
                    #expect(page.contains("Hang up"))
                    let viewer = try await Visitor.signedIn(.viewer, at: server)
                    #expect(!(try await viewer.get("/live").text.contains("Hang up")))
                    server.conversations.goOn.continuation.yield()
                }
                if told.contains("\"remove\":[\"card-\(call)\"]") { break }
            }
            #expect(told.contains("id=\\\"card-\(call)\\\""))
            #expect(told.contains("1 call in progress"))
            #expect(told.contains("<li><a href=\\\"/calls/\(call)\\\">"))
            #expect(try await editor.get("/live").text.contains("Nobody is on the line"))
        }
    }

    @Test("A live call's sound is heard by whoever is signed in, and written down as heard")
    func listen() async throws {
        try await TestServer.run(withPages: true) { server in
            let viewer = try await Visitor.signedIn(.viewer, at: server)
            let waiting = try await server.placeForTomorrow()
            #expect(try await viewer.get("/calls/\(waiting)/audio").status == 409)
            let (id, _) = try await server.liveCall()
            for try await _ in try await viewer.stream("/calls/\(id)/audio") { break }
            let (entries, _) = try await server.engine.users.audit.entries(
                before: nil,
                limit: 1,
                project: Project.first
            )
            #expect(entries.first?.action == .listenedToCall)
            #expect(entries.first?.subject == id)
        }
    }

    @Test("Usage shows what calls came to, as figures, charts and a table, at the pages and over the API")
    func usage() async throws {
        try await TestServer.run(withPages: true) { server in
            let viewer = try await Visitor.signedIn(.viewer, at: server)
            #expect(try await viewer.get("/usage?mode=test").text.contains("No calls ended in these days"))
            _ = try await server.completedCall()
            _ = try await server.post("/v1/calls/\(try await server.placeForTomorrow())/cancel", "")
            let page = try await viewer.get("/usage?mode=test").text
            #expect(page.contains("<dt>Calls</dt><dd>2</dd>"))
            #expect(page.contains("<dt>Answered</dt><dd>50 %</dd>"))
            #expect(page.contains("<rect class=\"t-good\""))
            #expect(page.contains("<bdi>reminder</bdi>"))
            #expect(page.contains("on account"))
            #expect(try await viewer.get("/usage?mode=live").text.contains("No calls ended in these days"))
            #expect(try await viewer.get("/usage?from=2026-02-30").status == 422)
            #expect(try await viewer.get("/usage?from=2020-01-01&to=2026-01-01").status == 422)

            let table = try await viewer.get("/usage/table.csv?mode=test").text
            #expect(table.hasPrefix("day,agent_id,agent,batch_id,batch,end_reason,calls,answered,talked_seconds,"))
            #expect(table.contains(",reminder,,,canceled,1,0,0,0,0.00000,0,,,"))

            let usage = try await server.get("/v1/usage?group_by=end_reason").json
            #expect(usage.at("total.calls") as? Int == 2)
            #expect(usage.at("total.answer_rate") as? Double == 0.5)
            let lines = try #require(usage["data"] as? [NSDictionary])
            #expect(lines.map { $0["end_reason"] as? String }.contains("canceled"))
            let bill = try await server.get("/v1/billing").json
            #expect(usage.at("total.cost.milli_cents") as? Int64 == bill.at("total.milli_cents") as? Int64)
            #expect(try await server.get("/v1/usage?format=csv").text.hasPrefix("day,calls,answered,"))
            #expect(try await server.get("/v1/usage?group_by=moon").status == 400)
        }
    }

    @Test("Colours are chosen once, kept in a cookie, and drawn from the first byte of every page")
    func theme() async throws {
        try await TestServer.run(withPages: true) { server in
            let viewer = try await Visitor.signedIn(.viewer, at: server)
            #expect(try await viewer.get("/calls").text.contains("<html lang=\"en\" data-theme=\"system\">"))
            let chosen = try await viewer.post("/theme", ["theme": "dark", "back": "/usage?mode=test"])
            #expect(chosen.location == "/usage?mode=test")
            for path in ["/calls", "/usage", "/calls/call_x"] {
                let page = try await viewer.get(path).text
                #expect(page.contains("data-theme=\"dark\""))
                #expect(page.contains("<meta name=\"color-scheme\" content=\"dark\">"))
            }
            viewer.set("trunkline_theme", "\"><script>")
            #expect(try await viewer.get("/calls").text.contains("data-theme=\"system\""))
            for elsewhere in ["//evil", "https://evil", "evil"] {
                #expect(try await viewer.post("/theme", ["theme": "light", "back": elsewhere]).location == "/calls")
            }
        }
    }
}
