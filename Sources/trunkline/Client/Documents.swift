import Calls
import Foundation

/// A call as the API shows it, as far as the command line speaks of it.
struct CallDocument: Decodable {
    struct Agent: Decodable {
        let id: String
        let slug: String
    }

    struct Cost: Decodable {
        let total: String
    }

    struct Transport: Decodable {
        let sipStatus: Int?
        let sipPhrase: String?
    }

    struct Snapshot: Decodable {
        let conductedBy: Conductor?
    }

    let id: String
    let status: String
    let endReason: String?
    let agent: Agent
    let to: String
    let from: String
    let createdAt: String
    let duration: Int?
    let reached: String
    let goal: String
    let transport: Transport
    let snapshot: Snapshot
    let result: [String: JSONValue]
    let summary: String?
    let cost: Cost
    let recordingUrl: String?
}

struct TranscriptDocument: Decodable {
    struct Entry: Decodable {
        let speaker: String
        let text: String
        let startMs: Int
        let endMs: Int
    }

    let data: [Entry]
}

/// What a live feed says.
struct EventDocument: Decodable {
    struct Payload: Decodable {
        let status: String?
        let speaker: String?
        let text: String?
    }

    let type: String
    let sequence: Int64
    let createdAt: String
    let data: Payload
}

struct SIPMessageDocument: Decodable {
    let at: String
    let sent: Bool
    let peer: String
    let text: String
}

struct AgentDocument: Decodable {
    let id: String
    let slug: String
    let name: String
    let numbers: [String]
    let notices: [String]
    let updatedAt: String
}

struct ListDocument<Element: Decodable>: Decodable {
    let data: [Element]
}

extension Decodable {
    /// Reads an answer of the API.
    init(apiJSON data: Data) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        self = try decoder.decode(Self.self, from: data)
    }
}
