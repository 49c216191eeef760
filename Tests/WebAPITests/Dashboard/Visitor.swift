import AsyncHTTPClient
import Calls
import Engine
import Foundation
import NIOCore
import NIOHTTP1
import Storage
import Testing

/// Somebody with a browser: keeps cookies, sends forms with what stands in them, and follows no redirect by itself.
final class Visitor {
    /// Never shut down, as `HTTPClient.shared` never is, which would follow redirects.
    private static let client = HTTPClient(
        eventLoopGroupProvider: .singleton,
        configuration: HTTPClient.Configuration(redirectConfiguration: .disallow)
    )

    struct Answer {
        let status: Int
        let headers: [String: String]
        let text: String

        var location: String? { headers["location"] }

        /// The token that stands in the page's forms.
        var token: String? {
            text.firstMatch(of: /name="form_token" value="([^"]*)"/).map { String($0.1) }
        }
    }

    let base: String
    private(set) var cookies: [String: String] = [:]
    /// As they were set last, with their attributes.
    private(set) var setCookies: [String] = []
    /// The token of the page looked at last.
    private(set) var token = ""

    init(_ server: TestServer) {
        base = server.base
    }

    /// Signed in as a new user with `role`.
    static func signedIn(_ role: Role, at server: TestServer, name: String? = nil) async throws -> Visitor {
        let visitor = Visitor(server)
        let (_, code) = try await server.engine.users.invite(name ?? role.rawValue, as: role, project: Project.first)
        _ = try await visitor.get("/invitation?code=\(code)")
        let answer = try await visitor.post(
            "/invitation",
            ["code": code, "password": "correct horse", "again": "correct horse"]
        )
        try #require(answer.status == 303, "\(answer.text)")
        _ = try await visitor.get("/calls")
        return visitor
    }

    func get(_ path: String, headers: [String: String] = [:]) async throws -> Answer {
        try await send("GET", path, headers: headers, body: nil)
    }

    /// With the token of the page looked at last, unless `fields` has one.
    func post(
        _ path: String,
        _ fields: [String: String] = [:],
        headers: [String: String] = [:]
    ) async throws -> Answer {
        let all = ["form_token": token].merging(fields) { $1 }
        let body = all.map { "\(Self.encoded($0.key))=\(Self.encoded($0.value))" }.joined(separator: "&")
        let type = ["Content-Type": "application/x-www-form-urlencoded"]
        return try await send("POST", path, headers: type.merging(headers) { $1 }, body: body)
    }

    /// A form with a list of contacts in it, as browsers send it: the fields in their order, then the file.
    func upload(
        _ path: String,
        _ fields: [(String, String)],
        list: String?,
        withToken: Bool = true,
        headers: [String: String] = [:]
    ) async throws -> Answer {
        let all = (withToken ? [("form_token", token)] : []) + fields
        let parts = all.map { "--b\r\nContent-Disposition: form-data; name=\"\($0.0)\"\r\n\r\n\($0.1)\r\n" }
        let file = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.csv\"\r\n\r\n\(list ?? "")\r\n"
        let type = ["Content-Type": "multipart/form-data; boundary=b"]
        return try await send(
            "POST",
            path,
            headers: type.merging(headers) { $1 },
            body: parts.joined() + file + "--b--\r\n"
        )
    }

    /// A copy of the browser with its cookies.
    func cookie(_ name: String) -> String? { cookies[name] }

    func set(_ name: String, _ value: String?) { cookies[name] = value }

    /// What a page that stays open is told, as it comes.
    func stream(_ path: String) async throws -> AsyncMapSequence<HTTPClientResponse.Body, String> {
        var request = HTTPClientRequest(url: base + path)
        request.headers.add(name: "Cookie", value: cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; "))
        let response = try await Self.client.execute(request, deadline: .now() + .seconds(30))
        try #require(response.status == .ok)
        return response.body.map { String(buffer: $0) }
    }

    func send(
        _ method: String,
        _ path: String,
        headers: [String: String],
        body: String?
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: base + path)
        request.method = .RAW(value: method)
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        if !cookies.isEmpty {
            let pairs = cookies.map { "\($0.key)=\($0.value)" }.joined(separator: "; ")
            request.headers.add(name: "Cookie", value: pairs)
        }
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await Self.client.execute(request, deadline: .now() + .seconds(30))
        let bytes = try await response.body.collect(upTo: 16 * 1024 * 1024)
        setCookies = response.headers["Set-Cookie"]
        for line in setCookies {
            let pair = line.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let isGone = line.contains("Max-Age=0")
            cookies[String(pair[0])] = isGone ? nil : String(pair[1])
        }
        var names: [String: String] = [:]
        for (name, value) in response.headers { names[name.lowercased()] = value }
        let answer = Answer(status: Int(response.status.code), headers: names, text: String(buffer: bytes))
        token = answer.token?.replacing("&#39;", with: "'") ?? token
        return answer
    }

    private static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }
}
