import AsyncHTTPClient
import Calls
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import Testing

/// Debian's Chromium without a screen, steered as a person would (W3C WebDriver).
final class Browser: Sendable {
    private let driver: Program
    private let session: String

    static func start() async throws -> Browser {
        let port = try freePort()
        let driver = try Program(["--port=\(port)"], executable: "/usr/bin/chromedriver")
        try await driver.read(until: "started successfully")
        let options: JSONValue = [
            "args": [
                "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--window-size=1280,900",
                "--autoplay-policy=no-user-gesture-required",
            ]
        ]
        let capabilities: JSONValue = [
            "browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": ["browser": "ALL"],
            "timeouts": ["script": 60_000],
        ]
        let base = "http://127.0.0.1:\(port)/session"
        let made = try await Self.ask("POST", base, ["capabilities": ["alwaysMatch": capabilities]])
        return Browser(driver: driver, session: "\(base)/\(try #require(made["sessionId"].text))")
    }

    private init(driver: Program, session: String) {
        self.driver = driver
        self.session = session
    }

    func quit() async {
        _ = try? await Self.ask("DELETE", session, nil)
        // It inherits this process's mask, in which others are blocked.
        driver.signal(SIGKILL)
        _ = await driver.exit()
    }

    func open(_ url: String) async throws {
        _ = try await Self.ask("POST", session + "/url", ["url": .string(url)])
    }

    func click(_ selector: String) async throws {
        _ = try await Self.ask("POST", "\(try await element(selector))/click", [:])
    }

    /// Types into a field, in place of what stands in it.
    func type(_ text: String, into selector: String) async throws {
        let element = try await element(selector)
        _ = try await Self.ask("POST", "\(element)/clear", [:])
        _ = try await Self.ask("POST", "\(element)/value", ["text": .string(text)])
    }

    /// What a script returns.
    func run(_ script: String) async throws -> JSONValue {
        try await Self.ask("POST", session + "/execute/sync", ["script": .string(script), "args": []])
    }

    /// Returns once `condition` is true on the page that is open then: also if that is another one meanwhile.
    func wait(until condition: String) async throws {
        let script = """
            const done = arguments[arguments.length - 1];
            const look = () => (\(condition)) ? done(true) : setTimeout(look, 50);
            look();
            """
        while true {
            do {
                _ = try await Self.ask("POST", session + "/execute/async", ["script": .string(script), "args": []])
                return
            } catch let problem as BrowserProblem where ["javascript error", "script timeout"].contains(problem.kind) {
                // The page went while it was looked at. Some versions call that a timeout, long before there is one.
                continue
            }
        }
    }

    /// What the browser complained of: among it everything that the policy of a page stopped.
    func complaints() async throws -> [String] {
        let log = try await Self.ask("POST", session + "/se/log", ["type": "browser"])
        return log.values.filter { $0["level"] == "SEVERE" }.compactMap(\.["message"].text)
    }

    private func element(_ selector: String) async throws -> String {
        let found = try await Self.ask(
            "POST",
            session + "/element",
            ["using": "css selector", "value": .string(selector)]
        )
        return "\(session)/element/\(try #require(try found.members.values.first?.text))"
    }

    private static func ask(_ method: String, _ url: String, _ body: JSONValue?) async throws -> JSONValue {
        var request = HTTPClientRequest(url: url)
        request.method = .init(rawValue: method)
        if let body { request.body = .bytes(try JSONEncoder().encode(body)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(90))
        let data = Data(buffer: try await response.body.collect(upTo: 16 << 20))
        let value = try JSONDecoder().decode(JSONValue.self, from: data)["value"]
        guard response.status == .ok else {
            throw BrowserProblem(kind: value["error"].text ?? "", message: value["message"].text ?? "")
        }
        return value
    }
}

struct BrowserProblem: Error {
    let kind: String
    let message: String
}
