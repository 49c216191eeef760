import Calls
import Engine
import Foundation
import Storage
import Testing

@testable import WebAPI

@Suite("Webhooks at the pages", .timeLimit(.minutes(1)))
struct WebhookPageTests {
    @Test("A receiver is added, tried out, changed, given a new secret and removed; what was sent stays in the log")
    func life() async throws {
        try await TestServer.run(withPages: true) { server in
            let owner = try await Visitor.signedIn(.owner, at: server)
            let url = "http://127.0.0.1:9/hook?a=1&b=2"
            let wrong = try await owner.post(
                "/connections/webhooks",
                ["url": "ftp://x", "format": "native", "description": "keep me"]
            )
            #expect(wrong.status == 422)
            #expect(wrong.text.contains("id=\"fault-url\""))
            #expect(wrong.text.contains("keep me"))
            let made = try await owner.post(
                "/connections/webhooks",
                ["url": "http://127.0.0.1:9/hook", "format": "native"]
            )
            #expect(made.status == 200)
            let secret = String(try #require(made.text.firstMatch(of: /id="secret"[^>]*value="([^"]+)"/)).1)
            let endpoint = try #require(try await server.engine.webhooks.endpoints(project: Project.first).first)
            let path = "/connections/webhooks/\(endpoint.id)"
            #expect(!(try await owner.get(path).text.contains(secret)))

            let tried = try await owner.post("\(path)/test")
            let message = try #require(tried.location)
            #expect(message.hasPrefix("/connections/deliveries/msg_"))
            #expect(try await owner.get(message).text.contains("What it says"))
            #expect(try await owner.get("/connections/deliveries?endpoint=\(endpoint.id)").text.contains(message))
            #expect(try await owner.get("/connections/deliveries?status=delivered").text.contains("No such messages"))
            #expect(try await owner.post("\(message)/redeliver").location == message)
            let id = try #require(WebhookDelivery.ID(String(message.split(separator: "/").last ?? "")))
            #expect(try await server.engine.webhooks.delivery(id, project: Project.first).manualRetries == 1)

            #expect(
                try await owner.post(path, ["url": url, "description": "=HYPERLINK(1) <i>", "event": "call.ended"])
                    .status
                    == 303
            )
            let changed = try await server.engine.webhooks.endpoint(endpoint.id, project: Project.first)
            #expect(changed.events == ["call.ended"])
            #expect(changed.disabled?.reason == .byRequest)
            let nothing = try await owner.post(path, ["url": url])
            #expect(nothing.status == 422)
            #expect(nothing.text.contains("id=\"fault-events\""))
            let shown = try await owner.get(path)
            #expect(shown.text.contains("=HYPERLINK(1) &lt;i&gt;"))
            let rotated = try await owner.post("\(path)/rotate", ["grace": "3600"])
            #expect(rotated.status == 200)
            #expect(!rotated.text.contains(secret))
            #expect(try await owner.post("\(path)/rotate", ["grace": "99999999"]).status == 422)
            #expect(try await owner.post("\(path)/remove").status == 303)
            #expect(try await owner.get(path).status == 404)
            #expect(try await owner.get(message).status == 200)
        }
    }

    @Test("An editor tries a receiver out and changes nothing of it; ids of another project are not there")
    func limits() async throws {
        try await TestServer.run(withPages: true) { server in
            let mine = try await server.engine.webhooks.createEndpoint(
                .init(door: "native", url: "http://127.0.0.1:9/mine"),
                project: Project.first
            ).endpoint
            let other = try await ProjectControl(store: .init(server.database)).create(name: "Other").id
            let foreign = try await server.engine.webhooks.createEndpoint(
                .init(door: "native", url: "http://127.0.0.1:9/foreign"),
                project: other
            ).endpoint
            let message = try await server.engine.webhooks.tryEndpoint(foreign.id, project: other)
            let editor = try await Visitor.signedIn(.editor, at: server)
            let page = try await editor.get("/connections/webhooks/\(mine.id)")
            #expect(page.text.contains("Send a test message"))
            #expect(!page.text.contains("Remove the webhook"))
            #expect(try await editor.post("/connections/webhooks/\(mine.id)/test").status == 303)
            #expect(try await editor.get("/connections/webhooks/\(foreign.id)").status == 404)
            #expect(try await editor.post("/connections/webhooks/\(foreign.id)/test").status == 404)
            #expect(try await editor.get("/connections/deliveries/\(message.id)").status == 404)
            #expect(try await editor.post("/connections/deliveries/\(message.id)/redeliver").status == 404)
            #expect(!(try await editor.get("/connections/deliveries").text.contains("foreign")))
        }
    }
}
