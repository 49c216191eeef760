import Foundation
import Synchronization
import Testing

@testable import SIP

/// SIPp as the far end: one scenario, one call. It dies with this object.
final class SIPp: Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let port: Int
    private let process: Process
    private let errors: URL
    private let exit: AsyncStream<Int32>

    /// Starts `scenario` and returns when it listens.
    static func start(
        _ scenario: String,
        tcp: Bool = false,
        keys: [String: String] = [:],
        options: [String] = []
    ) async throws -> SIPp {
        guard FileManager.default.isExecutableFile(atPath: executable) else {
            throw Failure(description: "These tests need SIPp as the far end: apt-get install sip-tester")
        }
        let file = try #require(
            Bundle.module.url(forResource: scenario, withExtension: "xml", subdirectory: "Scenarios")
        )
        // SIPp takes no variables in status lines: they are filled in here.
        var text = try String(contentsOf: file, encoding: .utf8)
        for (key, value) in keys { text = text.replacing("{{\(key)}}", with: value) }
        for _ in 0..<5 {
            let sipp = try SIPp(text, port: freePort(), tcp: tcp, options: options)
            while sipp.process.isRunning, !listens(sipp.port, tcp: tcp) { await Task.yield() }
            if sipp.process.isRunning { return sipp }
            // It wants ports for audio as well, and gives up when somebody has them.
        }
        throw Failure(description: "SIPp did not start with scenario \(scenario)")
    }

    private static let executable = "/usr/bin/sipp"

    private init(_ scenario: String, port: Int, tcp: Bool, options: [String]) throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "sipp-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let script = directory.appending(path: "scenario.xml")
        try scenario.write(to: script, atomically: true, encoding: .utf8)
        let errors = directory.appending(path: "errors.log")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.executable)
        process.currentDirectoryURL = directory
        process.arguments =
            [
                "-sf", script.path, "-i", "127.0.0.1", "-p", "\(port)", "-t", tcp ? "t1" : "u1", "-m", "1", "-nostdin",
                "-mp", "\(Int.random(in: 22_000..<29_000) * 2)", "-timeout", "40s", "-timeout_error", "-trace_err",
                "-error_file", errors.path,
            ] + options
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let (exit, continuation) = AsyncStream<Int32>.makeStream()
        process.terminationHandler = { process in
            continuation.yield(process.terminationStatus)
            continuation.finish()
        }
        try process.run()
        self.port = port
        self.process = process
        self.errors = errors
        self.exit = exit
    }

    deinit {
        kill()
        try? FileManager.default.removeItem(at: errors.deletingLastPathComponent())
    }

    /// Waits for the end of the scenario. Throws what SIPp complained about.
    func finish() async throws {
        let status = await exit.first { _ in true } ?? -1
        if status != 0 {
            let log = (try? String(contentsOf: errors, encoding: .utf8)) ?? ""
            throw Failure(description: "SIPp ended with \(status): \(log.prefix(3000))")
        }
    }

    /// Stops the process as a network that swallows everything would.
    func freeze() {
        Foundation.kill(process.processIdentifier, SIGSTOP)
    }

    /// Ends the process without a word to anybody. To a gentler signal it listens only when its call is over.
    func kill() {
        if process.isRunning { Foundation.kill(process.processIdentifier, SIGKILL) }
    }

    private static let claimed = Mutex<Set<Int>>([])

    /// Below the ports that the system gives away by itself: one that is free now is free when SIPp gets there. No two tests get
    /// the same one.
    private static func freePort() throws -> Int {
        for _ in 0..<1000 {
            let port = Int.random(in: 10_000..<20_000)
            guard claimed.withLock({ $0.insert(port).inserted }) else { continue }
            if (try? LocalPort.free(address: "127.0.0.1", port: port)) != nil { return port }
        }
        throw Failure(description: "No free port for SIPp between 10000 and 20000")
    }

    /// Reads the kernel's table: asking for the port would take it away from SIPp.
    private static func listens(_ port: Int, tcp: Bool) -> Bool {
        let handle = FileHandle(forReadingAtPath: tcp ? "/proc/net/tcp" : "/proc/net/udp")
        let table = (try? handle?.readToEnd()).map { String(decoding: $0, as: UTF8.self) } ?? ""
        let local = " 0100007F:" + String(format: "%04X", port) + " "
        return table.split(separator: "\n").contains { line in
            line.contains(local) && (!tcp || line.contains(" 0A "))
        }
    }
}
