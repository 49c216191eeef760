import Calls
import Engine
import Foundation
import Testing

@Suite("Telzino's tokens", .timeLimit(.minutes(1)))
struct TelzinoTokenTests {
    @Test("Client credentials buy a token as JSON, as a form and with HTTP Basic")
    func issue() async throws {
        try await TestServer.run { server in
            let (key, secret) = try await server.engine.keys.create(name: "", mode: .test, project: Project.first)
            let json = """
                {"client_id": "\(key.id)", "client_secret": "\(secret)", "audience": "https://api.telzino.com/",
                 "grant_type": "client_credentials"}
                """
            let form = "grant_type=client_credentials&client_id=\(key.id)&client_secret=\(secret)"
            let basic = "Basic " + Data("\(key.id):\(secret)".utf8).base64EncodedString()
            let answers = [
                try await server.token(json),
                try await server.token(form, type: "application/x-www-form-urlencoded"),
                try await server.token(
                    "grant_type=client_credentials",
                    type: "application/x-www-form-urlencoded",
                    authorization: basic
                ),
            ]
            for answer in answers {
                #expect(answer.status == 200, "\(answer.text)")
                #expect(
                    Set(try answer.json.allKeys as? [String] ?? []) == ["access_token", "token_type", "expires_in"]
                )
                #expect(try answer.json["token_type"] as? String == "Bearer")
                #expect(try answer.json["expires_in"] as? Int == 86_400)
                #expect(answer.headers["cache-control"] == "no-store")
                let token = try #require(try answer.json["access_token"] as? String)
                #expect(try await server.get("/telzino/v1/agents", key: token).status == 200)
            }
            #expect(try await server.get("/telzino/v1/agents", key: secret).status == 200, "A key does as well")
        }
    }

    @Test(
        "What is wrong is told in OAuth's words",
        arguments: [
            (#"{"client_id": "a", "client_secret": "b", "grant_type": "password"}"#, 400, "unsupported_grant_type"),
            (#"{"client_id": "a", "client_secret": "b"}"#, 400, "invalid_request"),
            (#"{"client_id": "a", "grant_type": "client_credentials"}"#, 400, "invalid_request"),
            (#"{"client_id": "a", "client_secret": "b", "grant_type": "client_credentials"}"#, 401, "invalid_client"),
            (#"{"client_id": 1, "grant_type": "client_credentials"}"#, 400, "invalid_request"),
            ("x", 400, "invalid_request"),
        ]
    )
    func refusals(body: String, status: Int, error: String) async throws {
        try await TestServer.run { server in
            let answer = try await server.token(body)
            #expect(answer.status == status)
            #expect(try answer.json["error"] as? String == error)
            #expect(try answer.json["error_description"] is String)
            #expect(answer.headers["cache-control"] == "no-store")
        }
    }

    @Test("The wrong secret of a client, and the secret of another, buy nothing")
    func wrongSecret() async throws {
        try await TestServer.run { server in
            let (key, secret) = try await server.engine.keys.create(name: "", mode: .test, project: Project.first)
            let (other, _) = try await server.engine.keys.create(name: "", mode: .test, project: Project.first)
            for (id, secret) in [
                (key.id, secret.replacing("sk_test_", with: "sk_test_x").dropLast().description), (other.id, secret),
            ] {
                let basic = "Basic " + Data("\(id):\(secret)".utf8).base64EncodedString()
                let answer = try await server.token(
                    "grant_type=client_credentials",
                    type: "application/x-www-form-urlencoded",
                    authorization: basic
                )
                #expect(answer.status == 401)
                #expect(try answer.json["error"] as? String == "invalid_client")
                #expect(answer.headers["www-authenticate"]?.hasPrefix("Basic") == true)
            }
        }
    }
}
