import AsyncHTTPClient
import Calls
package import Conversation
import EventStream
import NIOCore
import NIOHTTP1

/// A language model behind an OpenAI-compatible `/v1/chat/completions`, streamed: llama.cpp, vLLM, Ollama, OpenAI and the like.
package struct ChatModel: LanguageModel {
    /// Where it is and how it is asked.
    package struct Configuration: Sendable {
        /// What it is called here.
        package var name: String
        /// Up to and with `/v1`.
        package var url: String
        /// What the server calls the model.
        package var model: String
        /// Sent as a bearer token. Nil: the server wants none.
        package var key: String?
        package var abilities = ModelAbilities()
        /// How long the first word may take.
        package var firstWord: Duration = .seconds(10)
        /// How long each next one may take.
        package var nextWord: Duration = .seconds(5)
        /// How long the whole answer may take.
        package var whole: Duration = .seconds(60)
        /// The longest answer, in tokens.
        package var limit = 400
        package var temperature: Double?

        package init(name: String, url: String, model: String, key: String? = nil) {
            self.name = name
            self.url = url
            self.model = model
            self.key = key
        }
    }

    /// What of a refusal is kept, in bytes.
    private static let refusalLimit = 500

    private let configuration: Configuration

    package init(_ configuration: Configuration) {
        self.configuration = configuration
    }

    package var name: String { configuration.name }
    package var abilities: ModelAbilities { configuration.abilities }

    package func answer(
        _ request: ModelRequest,
        _ take: @escaping @Sendable (ModelPiece) async throws -> Void
    ) async throws -> ModelEnding {
        let patience = ChatPatience(first: configuration.firstWord, next: configuration.nextWord)
        return try await patience.limit(configuration.whole) {
            try await stream(request, patience, take)
        }
    }

    package func warmUp() async throws {
        var request = ModelRequest(messages: [.user("Say hello.")])
        request.limit = 1
        var configuration = configuration
        // A server that loads its model on the first request takes its time.
        configuration.firstWord = .seconds(120)
        configuration.whole = .seconds(120)
        _ = try await ChatModel(configuration).answer(request) { _ in }
    }

    private func stream(
        _ request: ModelRequest,
        _ patience: ChatPatience,
        _ take: @escaping @Sendable (ModelPiece) async throws -> Void
    ) async throws -> ModelEnding {
        let response: HTTPClientResponse
        do {
            response = try await ProviderHTTP.client.execute(httpRequest(for: request), deadline: .distantFuture)
        } catch is CancellationError {
            throw CancellationError()
        } catch let error as HTTPClientError where error == .remoteConnectionClosed {
            throw ModelFailure.cutOff
        } catch {
            try Task.checkCancellation()
            throw ModelFailure.unreachable("\(error)")
        }
        guard response.status == .ok else {
            throw ModelFailure.refused(status: Int(response.status.code), await reason(of: response))
        }
        var events = EventStreamReader()
        var answer = ChatAnswer(tools: Set(request.tools.map(\.name)), isData: request.schema != nil)
        do {
            for try await bytes in response.body {
                for event in try events.take(bytes.readableBytesView) {
                    let pieces = try answer.take(event.data)
                    if !pieces.isEmpty || answer.hasCalls { patience.renew() }
                    for piece in pieces {
                        try await take(piece)
                        patience.renew()
                    }
                }
            }
            if let event = events.end() { for piece in try answer.take(event.data) { try await take(piece) } }
        } catch is LineTooLong {
            throw ModelFailure.garbled("a line of more than \(EventStreamReader.longestLine) bytes")
        } catch HTTPParserError.invalidEOFState {
            throw ModelFailure.cutOff
        } catch let error as HTTPParserError {
            throw ModelFailure.garbled("\(error)")
        } catch  where error is HTTPClientError || error is IOError || error is ChannelError {
            try Task.checkCancellation()
            throw ModelFailure.cutOff
        }
        let (pieces, ending) = try answer.end()
        for piece in pieces { try await take(piece) }
        return ending
    }

    private func httpRequest(for request: ModelRequest) -> HTTPClientRequest {
        var http = HTTPClientRequest(url: configuration.url + "/chat/completions")
        http.method = .POST
        http.headers.add(name: "content-type", value: "application/json")
        http.headers.add(name: "accept", value: "text/event-stream")
        http.headers.add(name: "user-agent", value: "trunkline")
        if let key = configuration.key { http.headers.add(name: "authorization", value: "Bearer \(key)") }
        let body = ChatRequest(
            model: configuration.model,
            request: request,
            abilities: configuration.abilities,
            limit: configuration.limit,
            temperature: configuration.temperature
        )
        http.body = .bytes(ByteBuffer(string: body.json.json))
        return http
    }

    /// What the server said, without the key in case it echoes it.
    private func reason(of response: HTTPClientResponse) async -> String {
        let body = try? await response.body.collect(upTo: 65_536)
        let text = body.map { String(buffer: $0) } ?? ""
        let reason = JSONValue(json: text).flatMap { $0["error"]?["message"]?.string ?? $0["message"]?.string } ?? text
        let safe = configuration.key.map { reason.replacing($0, with: "•••") } ?? reason
        return String(safe.prefix(Self.refusalLimit))
    }
}
