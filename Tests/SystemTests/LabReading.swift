import Calls
import Foundation
import PhoneLab

/// The ledger of a phone lab in another process, as far as it is written: what the other side of the calls says about them.
struct LabReading: Sendable {
    let path: String

    private static let lineEnd = UInt8(ascii: "\n")

    private struct Line: Decodable {
        struct Invite: Decodable {
            let sipCallID: String
            let dialed: String
            let at: Date
        }

        struct Ended: Decodable {
            let call: LabCall
        }

        let invite: Invite?
        let ended: Ended?
    }

    /// The Call-ID of every INVITE that came, as often as it came.
    func invites() throws -> [String] { try lines().compactMap(\.invite?.sipCallID) }

    /// When each INVITE for `number` came.
    func dials(of number: String) throws -> [Date] {
        try lines().compactMap(\.invite).filter { $0.dialed.hasSuffix(number.dropFirst()) }.map(\.at)
    }

    /// Calls that are over.
    func ended() throws -> [LabCall] { try lines().compactMap(\.ended?.call) }

    /// Calls that the lab holds still: it writes a call's line when it is over.
    func up() throws -> Set<String> {
        let lines = try lines()
        return Set(lines.compactMap(\.invite?.sipCallID)).subtracting(lines.compactMap(\.ended?.call.sipCallID))
    }

    private func lines() throws -> [Line] {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            Date(microseconds: try decoder.singleValueContainer().decode(Int64.self))
        }
        let data = try Data(contentsOf: URL(filePath: path))
        // The last line may be half written.
        let whole = data[..<(data.lastIndex(of: Self.lineEnd) ?? data.startIndex)]
        return try whole.split(separator: Self.lineEnd).map { try decoder.decode(Line.self, from: $0) }
    }
}
