import Foundation
import Synchronization
import Testing

/// `trunkline` as a user runs it: a process of its own.
final class Program: Sendable {
    /// What it prints, line by line, both streams. For one reader.
    let lines: AsyncStream<String>

    private let process: Mutex<Process>
    private let exited: AsyncStream<Int32>

    /// The executable that was built beside this test bundle.
    static var path: String {
        URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "trunkline").path
    }

    /// `executable` is `trunkline` unless it says otherwise.
    init(_ arguments: [String], environment: [String: String] = [:], executable: String = Program.path) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice

        let (lines, text) = AsyncStream.makeStream(of: String.self)
        let (exited, exit) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = { process in
            exit.yield(process.terminationStatus)
            exit.finish()
        }
        try process.run()
        // A thread that blocks: of hundreds of programs one handler was never told of the end of the pipe.
        let reader = output.fileHandleForReading
        Thread.detachNewThread {
            var rest = ""
            while case let data = reader.availableData, !data.isEmpty {
                rest += String(decoding: data, as: UTF8.self)
                while let end = rest.firstIndex(of: "\n") {
                    text.yield(String(rest[..<end]))
                    rest = String(rest[rest.index(after: end)...])
                }
            }
            try? reader.close()
            text.finish()
        }
        self.lines = lines
        self.exited = exited
        self.process = Mutex(process)
    }

    func signal(_ number: Int32) {
        let pid = process.withLock { $0.processIdentifier }
        _ = kill(pid, number)
    }

    /// Its exit status (or the signal that ended it).
    func exit() async -> Int32 {
        for await status in exited { return status }
        return -1
    }

    /// Reads until a line contains `text`, and returns everything read.
    @discardableResult
    func read(until text: String) async throws -> [String] {
        var seen: [String] = []
        for await line in lines {
            seen.append(line)
            if line.contains(text) { return seen }
        }
        throw ProgramEnded(waitingFor: text, output: seen)
    }

    /// Runs to the end. Returns everything printed and the exit status.
    static func run(
        _ arguments: [String],
        environment: [String: String] = [:],
        executable: String = Program.path
    ) async throws -> (output: String, status: Int32) {
        let program = try Program(arguments, environment: environment, executable: executable)
        var output: [String] = []
        for await line in program.lines { output.append(line) }
        return (output.joined(separator: "\n"), await program.exit())
    }
}

struct ProgramEnded: Error, CustomStringConvertible {
    let waitingFor: String
    let output: [String]

    var description: String {
        "trunkline ended before it printed “\(waitingFor)”; it printed:\n" + output.joined(separator: "\n")
    }
}

/// A directory that goes when the test is over.
final class TemporaryDirectory: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appending(path: "trunkline-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// A port of loopback that is free for TCP and UDP. Above those that the kernel gives to whoever asks for any: nobody takes it before it is used.
func freePort() throws -> Int {
    for _ in 0..<4000 {
        let port = portsGiven.withLock { given in
            given += 1
            return 61_001 + (Int(getpid()) * 37 + given) % 4000
        }
        if isFree(port, SOCK_STREAM), isFree(port, SOCK_DGRAM) { return port }
    }
    throw NoFreePort()
}

private struct NoFreePort: Error {}

private let portsGiven = Mutex(0)

private func isFree(_ port: Int, _ type: __socket_type) -> Bool {
    let descriptor = socket(AF_INET, Int32(type.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
    }
}
