import AsyncHTTPClient
import Calls
import Foundation
import HTTPTypes
import Hummingbird
import Testing

@testable import WebAPI

@Suite("Doors", .timeLimit(.minutes(1)))
struct DoorTests {
    private let doors = [Door(path: "/echo", dialect: EchoDialect())]

    @Test("Each door has its own routes and its own words, also for what is not there and for who may not come in")
    func separate() async throws {
        try await TestServer.run(doors: doors) { server in
            let own = try await server.get("/echo/v1/calls")
            #expect(own.status == 200)
            #expect(own.text == #"{"said":"\#(Project.first)"}"#)
            #expect(try await server.get("/v1/calls").json["data"] is [NSDictionary])

            let nothing = try await server.get("/echo/v1/agents")
            #expect(nothing.status == 404)
            #expect(nothing.text == #"{"said":"request(WebAPI.RequestProblem.noSuchPath)"}"#)
            #expect(try await server.get("/echoes").code == "path_not_found", "Another path, and no part of the door's")

            let stranger = try await server.get("/echo/v1/calls", key: "nobody")
            #expect(stranger.status == 401)
            #expect(stranger.text == #"{"said":"request(WebAPI.RequestProblem.wrongKey)"}"#)
            let method = try await server.post("/echo/v1/calls", "")
            #expect(method.status == 405)
        }
    }

    @Test("A door can have routes that need no key")
    func open() async throws {
        try await TestServer.run(doors: doors) { server in
            let answer = try await server.send(HTTPClientRequest(url: server.base + "/echo/token"))
            #expect(answer.text == #"{"said":"anybody"}"#)
        }
    }

    @Test(
        "A host name that stands for a door makes its path superfluous, and not wrong",
        arguments: ["calls.example.com", "calls.example.com:8080", "Calls.Example.com.", "calls.example.com.:80"]
    )
    func hosts(host: String) async throws {
        try await TestServer.run(doors: doors, hosts: ["calls.example.com": "/echo"]) { server in
            for path in ["/v1/calls", "/v1/calls?a=b", "/echo/v1/calls"] {
                let answer = try await server.get(path, headers: ["Host": host])
                #expect(answer.text == #"{"said":"\#(Project.first)"}"#, "\(path)")
            }
            let nothing = try await server.get("/v1/agents", headers: ["Host": host])
            #expect(nothing.text == #"{"said":"request(WebAPI.RequestProblem.noSuchPath)"}"#)
            #expect(try await server.get("/v1/agents", headers: ["Host": "other.example.com"]).status == 200)
        }
    }

    @Test("A host name that stands for our own door changes nothing")
    func nativeHost() async throws {
        try await TestServer.run(doors: doors, hosts: ["calls.example.com": "", "::1": "/echo"]) { server in
            let own = try await server.get("/v1/agents", headers: ["Host": "calls.example.com"])
            #expect(own.status == 200)
            let other = try await server.get("/token", headers: ["Host": "[::1]:8080"])
            #expect(other.status == 200)
        }
    }
}

/// Says what it is asked with, and what went wrong.
private struct EchoDialect: Dialect {
    static let name = "echo"

    private struct Words: ResponseEncodable {
        let said: String
    }

    func addRoutes(to door: DoorRoutes) {
        door.group("v1", needing: .sessionsRead)
            .get("calls") { _, context in Words(said: context.project.description) }
        door.openGroup()
            .get("token") { _, _ in Words(said: "anybody") }
    }

    func answer(to failure: Failure) -> WireAnswer {
        let status: HTTPResponse.Status =
            switch failure {
            case .request(.noKey), .request(.wrongKey): .unauthorized
            case .request(.insufficientScope): .forbidden
            case .request(.noSuchPath): .notFound
            case .request(.wrongMethod): .methodNotAllowed
            default: .internalServerError
            }
        return WireAnswer(status, body: Words(said: "\(failure)"))
    }
}
