import Calls
import Foundation

/// The ledger on disk: one JSON object per line, only ever appended. One process writes it.
package struct LedgerFile: Sendable {
    enum Line: Encodable {
        case invite(sipCallID: String, dialed: String, caller: String, at: Date)
        case ended(call: LabCall)
    }

    private let handle: FileHandle

    /// Opens `path` to append to it, and makes it if there is none.
    init(path: String) throws {
        let manager = FileManager.default
        guard manager.fileExists(atPath: path) || manager.createFile(atPath: path, contents: nil),
            let handle = FileHandle(forUpdatingAtPath: path)
        else {
            throw LedgerUnwritable(path: path)
        }
        let size = try handle.seekToEnd()
        self.handle = handle
        if size > 0 {
            // A line that an earlier process did not finish is left to itself.
            try handle.seek(toOffset: size - 1)
            if try handle.read(upToCount: 1) != Self.lineEnd { try handle.write(contentsOf: Self.lineEnd) }
        }
    }

    /// Hands the line to the kernel before it returns: it is there even if this process is killed at once.
    func append(_ line: Line) throws {
        try handle.write(contentsOf: try Self.encoder(.sortedKeys).encode(line) + Self.lineEnd)
    }

    /// How many INVITEs came for each Call-ID, read from a file that a lab wrote, may still be writing, or died writing.
    package static func inviteCounts(path: String) throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for line in try Data(contentsOf: URL(filePath: path)).split(separator: UInt8(ascii: "\n")) {
            // Other kinds of line, and a last one that is half written, are no INVITE.
            guard let entry = try? JSONDecoder().decode(InviteLine.self, from: line) else { continue }
            counts[entry.invite.sipCallID, default: 0] += 1
        }
        return counts
    }

    /// Dates are written as microseconds since 1970.
    static func encoder(_ formatting: JSONEncoder.OutputFormatting) -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = formatting
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(date.microseconds)
        }
        return encoder
    }

    private static let lineEnd = Data("\n".utf8)

    private struct InviteLine: Decodable {
        struct Invite: Decodable {
            var sipCallID: String
        }

        var invite: Invite
    }
}

/// The ledger's file cannot be opened.
package struct LedgerUnwritable: Error, Hashable, CustomStringConvertible {
    package var path: String

    package var description: String { "the lab's ledger cannot be written at \(path)" }
}
