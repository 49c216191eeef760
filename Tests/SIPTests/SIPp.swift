import Foundation
import Synchronization
import Testing

@testable import SIP

/// SIPp as the far end: one scenario, one call.
struct SIPp {
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
        let path = "/usr/bin/sipp"
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw Failure(description: "These tests need SIPp as the far end: apt-get install sip-tester")
        }
        let file = try #require(Bundle.module.url(forResource: scenario, withExtension: "xml", subdirectory: "Scenarios"))
        var port = try LocalPort.free(address: "127.0.0.1", port: 0)
        while !Self.claim(port) { port = try LocalPort.free(address: "127.0.0.1", port: 0) }
        // SIPp takes no variables in status lines: they are filled in here.
        var text = try String(contentsOf: file, encoding: .utf8)
        for (key, value) in keys { text = text.replacing("{{\(key)}}", with: value) }
        let directory = FileManager.default.temporaryDirectory.appending(path: "sipp-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let script = directory.appending(path: "\(scenario).xml")
        try text.write(to: script, atomically: true, encoding: .utf8)
        let errors = directory.appending(path: "errors.log")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.currentDirectoryURL = directory
        process.arguments =
            [
                "-sf", script.path, "-i", "127.0.0.1", "-p", "\(port)", "-t", tcp ? "t1" : "u1", "-m", "1", "-nostdin",
                "-timeout", "40s", "-timeout_error", "-trace_err", "-error_file", errors.path,
            ] + options
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let (exit, continuation) = AsyncStream<Int32>.makeStream()
        process.terminationHandler = { process in
            continuation.yield(process.terminationStatus)
            continuation.finish()
        }
        try process.run()
        while process.isRunning, !listens(port, tcp: tcp) { await Task.yield() }
        return SIPp(port: port, process: process, errors: errors, exit: exit)
    }

    /// Waits for the end of the scenario. Throws what SIPp complained about.
    func finish() async throws {
        let status = await exit.first { _ in true } ?? -1
        defer { try? FileManager.default.removeItem(at: errors.deletingLastPathComponent()) }
        if process.isRunning { process.terminate() }
        if status != 0 {
            let log = (try? String(contentsOf: errors, encoding: .utf8)) ?? ""
            throw Failure(description: "SIPp ended with \(status): \(log.prefix(3000))")
        }
    }

    /// Ends the process where the scenario is not expected to run to its end.
    func kill() {
        process.terminate()
    }

    private static let claimed = Mutex<Set<Int>>([])

    /// Tests that run at the same time must not be given the same free port.
    private static func claim(_ port: Int) -> Bool {
        claimed.withLock { $0.insert(port).inserted }
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
