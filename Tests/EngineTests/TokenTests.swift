import Calls
import Digests
import Engine
import FoundationEssentials
import Storage
import Testing

@Suite("Access tokens", .timeLimit(.minutes(1)))
struct TokenTests {
    private struct Claims: Decodable {
        let iss: String
        let sub: String
        let iat: Int
        let exp: Int
        let jti: String
    }

    @Test("A client's credentials buy a token that opens for a day what the key opens")
    func issue() async throws {
        let bench = try await Workbench()
        let (key, secret) = try await bench.engine.keys.create(
            name: "",
            mode: .live,
            scopes: [.sessionsRead],
            project: Project.first
        )
        let token = try await bench.engine.tokens.issue(clientID: "\(key.id)", clientSecret: secret, issuer: "here")
        #expect(token.lifetime == 86_400)
        #expect(token.key == key)
        #expect(try await bench.engine.keys.authenticate(token.text) == key)
        bench.clock.advance(by: .seconds(86_399))
        #expect(try await bench.engine.keys.authenticate(token.text) == key)
        bench.clock.advance(by: .seconds(1))
        #expect(try await bench.engine.keys.authenticate(token.text) == nil)

        let stored = try await bench.database.read { db in
            try db.run("SELECT hash FROM access_tokens").map { try $0["hash", as: String.self] }
        }
        #expect(stored == [SHA256.hexadecimal(token.text)], "The token itself is stored nowhere")
    }

    @Test("A token is a JSON Web Token, signed with the client secret")
    func form() async throws {
        let bench = try await Workbench()
        let (key, secret) = try await bench.engine.keys.create(name: "", mode: .test, project: Project.first)
        let issue = { try await bench.engine.tokens.issue(clientID: "\(key.id)", clientSecret: secret, issuer: "here") }
        let token = try await issue().text
        let parts = token.split(separator: ".").map(String.init)
        try #require(parts.count == 3)
        #expect(String(decoding: try base64(parts[0]), as: UTF8.self) == #"{"alg":"HS256","typ":"JWT"}"#)
        let claims = try JSONDecoder().decode(Claims.self, from: try base64(parts[1]))
        #expect(claims.iss == "here")
        #expect(claims.sub == key.id.description)
        #expect(claims.iat == Int(bench.clock.date.timeIntervalSince1970))
        #expect(claims.exp == claims.iat + 86_400)
        let signature = SHA256.authenticate(Array("\(parts[0]).\(parts[1])".utf8), key: Array(secret.utf8))
        #expect(try base64(parts[2]) == Data(signature))

        #expect(try await issue().text != token, "Two tokens of one second are two")
        let forged = parts[0] + "." + parts[1] + "." + parts[2].reversed()
        #expect(try await bench.engine.keys.authenticate(forged) == nil)
    }

    @Test("Wrong credentials buy nothing, and do not tell which part was wrong")
    func refused() async throws {
        let bench = try await Workbench()
        let keys = bench.engine.keys
        let (key, secret) = try await keys.create(name: "", mode: .test, project: Project.first)
        let (other, otherSecret) = try await keys.create(name: "", mode: .test, project: Project.first)
        let token = try await bench.engine.tokens.issue(clientID: "\(key.id)", clientSecret: secret, issuer: "")
        for (id, secret) in [
            ("\(other.id)", secret), ("\(key.id)", otherSecret), ("\(key.id)", "x"), ("x", secret), ("", ""),
            ("\(key.id)", token.text), (key.id.uuid.uuidString, secret),
        ] {
            await #expect(throws: TokenControl.Problem.invalidClient) {
                try await bench.engine.tokens.issue(clientID: id, clientSecret: secret, issuer: "")
            }
        }
        _ = try await keys.revoke(key.id, project: Project.first)
        await #expect(throws: TokenControl.Problem.invalidClient) {
            try await bench.engine.tokens.issue(clientID: "\(key.id)", clientSecret: secret, issuer: "")
        }
    }

    @Test("A token dies with its key, and at the latest when the key or the secret that bought it ends")
    func end() async throws {
        let bench = try await Workbench()
        let keys = bench.engine.keys
        let tokens = bench.engine.tokens
        let (key, secret) = try await keys.create(
            name: "",
            mode: .test,
            expiresAt: bench.clock.date + 600,
            project: Project.first
        )
        let first = try await tokens.issue(clientID: "\(key.id)", clientSecret: secret, issuer: "")
        #expect(first.lifetime == 600)
        let newSecret = try await keys.rotate(key.id, grace: 60, project: Project.first).secret
        let second = try await tokens.issue(clientID: "\(key.id)", clientSecret: secret, issuer: "")
        #expect(second.lifetime == 60)
        let third = try await tokens.issue(clientID: "\(key.id)", clientSecret: newSecret, issuer: "")
        for token in [first, second, third] { #expect(try await keys.authenticate(token.text) != nil) }
        bench.clock.advance(by: .seconds(60))
        #expect(try await keys.authenticate(first.text) == nil)
        #expect(try await keys.authenticate(second.text) == nil)
        #expect(try await keys.authenticate(third.text) != nil)
        _ = try await keys.revoke(key.id, project: Project.first)
        #expect(try await keys.authenticate(third.text) == nil, "At once")
    }

    private func base64(_ text: String) throws -> Data {
        let standard = text.replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - standard.count % 4) % 4)
        return try #require(Data(base64Encoded: standard + padding))
    }
}
