import Calls
import Foundation

/// `trunkline lab` as a process of its own, so that what a far end costs is not counted as ours; and its ledger, the far end's account.
struct LabProcess {
    let port: Int
    private let process: Process
    private let ledger: String

    /// Starts it, and returns once it listens. Its ledger goes into `directory`, and its recordings if it makes any: of what came when it came, with
    /// nothing held back. `persons` is a folder of further ones.
    init(directory: String, records: Bool = false, persons: String? = nil) async throws {
        ledger = "\(directory)/lab.jsonl"
        process = Process()
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = ["lab", "--ledger", ledger, "--set", "lab.port=0"]
        if records { process.arguments? += ["--recordings", "\(directory)/lab", "--jitter-delay", "0"] }
        if let persons { process.arguments? += ["--set", "lab.persons=\(persons)"] }
        let output = Pipe()
        process.standardOutput = FileHandle.nullDevice
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        let (chunks, chunk) = AsyncStream.makeStream(of: String.self)
        try process.run()
        // A thread that blocks: a handler may never be told of the end of the pipe.
        let reader = output.fileHandleForReading
        Thread.detachNewThread {
            while case let data = reader.availableData, !data.isEmpty {
                chunk.yield(String(decoding: data, as: UTF8.self))
            }
            chunk.finish()
        }
        var said = ""
        for await text in chunks {
            said += text
            guard let match = said.firstMatch(of: /lab\.uri=sip:127\.0\.0\.1:(\d+)\n/), let port = Int(match.1) else {
                continue
            }
            self.port = port
            return
        }
        throw Complaint("The phone lab did not start:\n\(said)")
    }

    func stop() {
        process.terminate()
        process.waitUntilExit()
    }

    /// What it has written down so far.
    func account() throws -> LabAccount {
        try LabAccount(lines: Data(contentsOf: URL(filePath: ledger)))
    }
}

/// What the lab's ledger says of the calls that reached it.
struct LabAccount {
    /// When each INVITE came, in order.
    var invites: [Date] = []
    /// From the lab's 200 OK to the first sound in its ear, in ms, of each call that is over and brought sound.
    var firstSounds: [Int] = []
    /// Of each call that is over and was recorded.
    var recordings: [String] = []

    init(lines: Data) {
        for line in lines.split(separator: UInt8(ascii: "\n")) {
            // A last line may still be half written.
            guard let entry = try? JSONDecoder().decode(Line.self, from: line) else { continue }
            if let invite = entry.invite { invites.append(Date(microseconds: invite.at)) }
            if let sound = entry.ended?.call.firstSound { firstSounds.append(sound) }
            if let path = entry.ended?.call.recordingPath { recordings.append(path) }
        }
    }

    private struct Line: Decodable {
        struct Invite: Decodable { let at: Int64 }
        struct Ended: Decodable {
            struct Call: Decodable {
                let firstSound: Int?
                let recordingPath: String?
            }
            let call: Call
        }
        let invite: Invite?
        let ended: Ended?
    }
}
