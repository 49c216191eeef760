import Foundation

#if canImport(FoundationNetworking)
import FoundationNetworking
#endif

/// A call as the API writes it, as far as this example reads it.
struct Call: Decodable {
    var id: String
    var status: String
    var endReason: String?
    var duration: Int?
    var result: [String: Value]
    var cost: Cost

    struct Cost: Decodable {
        /// In whole currency units, exactly: a text, because a binary fraction is not exact.
        var total: String
    }
}

struct Transcript: Decodable {
    var data: [Entry]

    struct Entry: Decodable {
        var speaker: String
        var text: String
    }
}

/// A field that a conversation found out.
enum Value: Decodable, CustomStringConvertible {
    case truth(Bool)
    case number(Double)
    case text(String)
    case unknown

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let truth = try? container.decode(Bool.self) {
            self = .truth(truth)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else {
            self = .unknown
        }
    }

    var description: String {
        switch self {
        case .truth(let truth): "\(truth)"
        case .number(let number): "\(number)"
        case .text(let text): text
        case .unknown: "null"
        }
    }
}

/// The part of the API that places calls and reads what came of them.
struct Trunkline {
    var url: URL
    var key: String

    /// What the server said in place of an answer: `{"error": {"code", "message", …}}`.
    struct Refusal: Error, CustomStringConvertible {
        var status: Int
        var body: String

        var description: String { "\(status) \(body)" }
    }

    private struct Placement: Encodable {
        var agent: String
        var to: String
        var metadata = ["source": "example"]
    }

    /// Sent again after a lost answer, the request makes no second call: the key says that it is the same one.
    func place(agent: String, to number: String) async throws -> Call {
        var request = request("POST", "v1/calls")
        request.setValue(UUID().uuidString, forHTTPHeaderField: "Idempotency-Key")
        request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        request.httpBody = try JSONEncoder().encode(Placement(agent: agent, to: number))
        do {
            return try await send(request)
        } catch is URLError {
            return try await send(request)
        }
    }

    func call(_ id: String) async throws -> Call { try await send(request("GET", "v1/calls/\(id)")) }

    func transcript(_ id: String) async throws -> Transcript {
        try await send(request("GET", "v1/calls/\(id)/transcript"))
    }

    /// Looks once a second until the call is over, and tells `said` what is new in between. Whoever sees an end sees everything about the call.
    func follow(_ id: String, said: (Transcript.Entry) -> Void) async throws -> Call {
        let underWay: Set = ["scheduled", "queued", "dispatching", "dialing", "ringing", "in_progress", "wrapping_up"]
        var told = 0
        while true {
            let call = try await call(id)
            let entries = try await transcript(id).data
            entries.dropFirst(told).forEach(said)
            told = entries.count
            guard underWay.contains(call.status) else { return call }
            try await Task.sleep(for: .seconds(1))
        }
    }

    private func request(_ method: String, _ path: String) -> URLRequest {
        var request = URLRequest(url: url.appendingPathComponent(path), timeoutInterval: 30)
        request.httpMethod = method
        request.setValue("Bearer \(key)", forHTTPHeaderField: "Authorization")
        return request
    }

    private func send<Answer: Decodable>(_ request: URLRequest) async throws -> Answer {
        let (body, response) = try await URLSession.shared.data(for: request)
        let status = (response as? HTTPURLResponse)?.statusCode ?? 0
        guard (200..<300).contains(status) else {
            throw Refusal(status: status, body: String(decoding: body, as: UTF8.self))
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Answer.self, from: body)
    }
}
